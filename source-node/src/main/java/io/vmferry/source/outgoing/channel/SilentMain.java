package io.vmferry.source.outgoing.channel;

import io.netty.buffer.ByteBuf;
import io.vmferry.machine.link.LinkListener;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.status.MigrationState;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.source.outgoing.figures.OutgoingCounters;
import io.vmferry.source.outgoing.state.GuestHandover;
import io.vmferry.source.outgoing.state.Turns;
import java.io.IOException;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * The main channel when nothing comes back on it: only room for output and its end are news.
 *
 * @param answered whether answers come back elsewhere by now
 */
record SilentMain(
        BooleanSupplier answered,
        MigrationState state,
        GuestHandover handover,
        OutgoingCounters counters,
        ChannelFailures failures,
        Turns turns)
        implements LinkListener {

    @Override
    public void received(ByteBuf bytes) {
        // QEMU reads nothing here, and never sees what comes back
    }

    @Override
    public void writable() {
        turns.now();
    }

    @Override
    public void closed(Optional<IOException> cause) {
        long sentBytes = counters.transferredBytes;
        Failure failure =
                new Failure.Transport(
                        ChannelRole.MAIN,
                        sentBytes,
                        "Main channel broke after %d bytes: %s"
                                .formatted(
                                        sentBytes,
                                        cause.map(IOException::getMessage)
                                                .orElse("closed by the destination")),
                        cause);
        MigrationStatus status = state.get();
        boolean guestIsThere =
                status == MigrationStatus.POSTCOPY_ACTIVE
                        || status == MigrationStatus.POSTCOPY_RECOVER;
        boolean hears = answered.getAsBoolean();
        if (failures.keepsBreak(failure)) {
            return;
        }
        if (hears && handover.isDrained()) {
            failures.unlessShut(failure);
        } else if (hears && !guestIsThere) {
            // A destination ends both connections, and nothing orders them: the news is what
            // the return path says. But one that never saw the stream has nothing to say.
            failures.unlessExplained(failure);
        } else {
            failures.now(failure);
        }
    }
}
