package io.vmferry.source.outgoing.channel;

import io.netty.buffer.ByteBuf;
import io.vmferry.machine.link.LinkListener;
import io.vmferry.machine.text.Figures;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.status.MigrationState;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.Side;
import io.vmferry.source.outgoing.figures.OutgoingCounters;
import io.vmferry.source.outgoing.state.GuestHandover;
import io.vmferry.source.outgoing.state.Turns;
import java.io.IOException;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Listens to a main channel that carries no return path: reports that it is writable, and its end.
 *
 * @param answered whether the return path is connected by now
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
                Failure.ConnectionFailure.broken(
                        ChannelRole.MAIN,
                        sentBytes,
                        "Main channel broke after %s bytes".formatted(Figures.number(sentBytes)),
                        Side.DESTINATION,
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
            // A destination closes both connections in no fixed order: the return path may carry
            // the reason. A destination that never read the stream has none.
            failures.unlessExplained(failure);
        } else {
            failures.now(failure);
        }
    }
}
