package io.vmferry.source;

import io.vmferry.machine.lease.Lease;
import io.vmferry.machine.link.EngineLoop;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.source.outgoing.OutgoingFigures;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Finds out what has become of a guest whose postcopy has paused. A cut network and a dead
 * destination look the same from here; the lease tells them apart. Owned by the engine's loop.
 */
final class PausedGuest {

    /** A process that is being ended loses its connections a little before its lock, or after. */
    private static final long SETTLE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Lease lease;
    private final EngineLoop loop;
    private final Supplier<MigrationStatus> status;

    PausedGuest(Lease lease, EngineLoop loop, Supplier<MigrationStatus> status) {
        this.lease = lease;
        this.loop = loop;
        this.status = status;
    }

    /**
     * Tells how it is, and tells again if it turns out while the migration is paused that the guest
     * is lost.
     */
    void watch(OutgoingFigures figures, Consumer<String> verdict) {
        loop.schedule(
                SETTLE_NANOS,
                () -> {
                    Lease.Whereabouts where = lease.whereabouts();
                    verdict.accept(
                            OutgoingText.verdict(figures, OutgoingText.pausedFate(where, lease)));
                    if (where != Lease.Whereabouts.ABANDONED) {
                        lookAgain(figures, verdict);
                    }
                });
    }

    private void lookAgain(OutgoingFigures figures, Consumer<String> verdict) {
        loop.schedule(
                LOOK_AGAIN_NANOS,
                () -> {
                    if (status.get() != MigrationStatus.POSTCOPY_PAUSED) {
                        return;
                    }
                    Lease.Whereabouts where = lease.whereabouts();
                    if (where == Lease.Whereabouts.ABANDONED) {
                        verdict.accept(
                                "migration %s: %s"
                                        .formatted(
                                                figures.status().qmpName(),
                                                OutgoingText.pausedFate(where, lease)));
                    } else {
                        lookAgain(figures, verdict);
                    }
                });
    }
}
