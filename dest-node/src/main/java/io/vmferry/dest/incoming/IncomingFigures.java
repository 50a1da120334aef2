package io.vmferry.dest.incoming;

import io.vmferry.dest.incoming.accept.IncomingListener;
import io.vmferry.dest.incoming.postcopy.MissingPages;
import io.vmferry.dest.incoming.ram.Blocktime.BlocktimeFigures;
import io.vmferry.dest.incoming.ram.IncomingRam;
import io.vmferry.dest.incoming.state.IncomingState;
import io.vmferry.dest.incoming.stream.ChannelInputs;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.status.MigrationStatus;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one incoming migration has done so far, an immutable picture.
 *
 * @param listening where connections are accepted; empty when nowhere
 * @param sourceCame whether there has been a main channel
 * @param peer who has connected the main channel; empty where there is none
 * @param receivedBytes bytes consumed of all channels
 * @param multifdBytes those of each multifd channel, by its number
 * @param pageRequests pages asked for in postcopy
 * @param outstandingRequests those that have not come
 * @param blocktime how long page faults kept the guest from running; empty before postcopy
 * @param deltaPages that came as their difference to what was here (XBZRLE)
 * @param passes over RAM, as the stream marks them: see {@link IncomingRam}
 * @param failure why the migration failed, or is paused
 */
public record IncomingFigures(
        MigrationStatus status,
        List<MigrationAddress> listening,
        boolean sourceCame,
        Optional<String> peer,
        long receivedBytes,
        Map<Integer, Long> multifdBytes,
        long zeroPages,
        long normalPages,
        long deltaPages,
        int passes,
        long pageRequests,
        int outstandingRequests,
        Optional<BlocktimeFigures> blocktime,
        Optional<Failure> failure) {

    /** Takes the figures of a migration from the parts that count. */
    static IncomingFigures of(
            IncomingState state,
            IncomingListener listener,
            ChannelInputs inputs,
            IncomingRam ram,
            MissingPages pages) {
        boolean sourceCame = inputs.main().isPresent();
        return new IncomingFigures(
                state.status(),
                listener.addresses(),
                sourceCame,
                inputs.peer(),
                inputs.receivedBytes(),
                inputs.multifdBytes(),
                ram.zeroPages(),
                ram.normalPages(),
                ram.deltaPages(),
                sourceCame ? ram.pass() : 0,
                pages.sent(),
                pages.outstanding(),
                state.postcopy().listened() ? Optional.of(pages.blocktime()) : Optional.empty(),
                state.failure());
    }

    /** The reason in one line, as {@code query-migrate} gives it. */
    public Optional<String> error() {
        return failure.map(Failure::text);
    }
}
