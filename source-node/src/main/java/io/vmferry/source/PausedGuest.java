package io.vmferry.source;

import io.vmferry.machine.lease.Lease;
import io.vmferry.machine.lease.Lease.LeaseStatus;
import io.vmferry.machine.link.EngineLoop;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.source.outgoing.OutgoingFigures;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Finds out what has become of a guest whose postcopy has paused. A cut network and a dead
 * destination look the same from here; the lease tells them apart. Looks after the last pause only.
 * Owned by the engine's loop.
 */
public final class PausedGuest {

    /** A process that is being ended loses its connections a little before its lock, or after. */
    private static final long SETTLE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Lease lease;
    private final EngineLoop loop;
    private final Supplier<MigrationStatus> status;
    private long pauses;

    /**
     * A watch over the guest of one source.
     *
     * @param status of its migration
     */
    public PausedGuest(Lease lease, EngineLoop loop, Supplier<MigrationStatus> status) {
        this.lease = lease;
        this.loop = loop;
        this.status = status;
    }

    /**
     * Tells how it is, and tells again if it turns out while the migration is paused that the guest
     * is lost.
     */
    public void watch(OutgoingFigures figures, Consumer<String> verdict) {
        long pause = ++pauses;
        look(
                SETTLE_NANOS,
                pause,
                where -> {
                    verdict.accept(
                            OutgoingText.verdict(figures, OutgoingText.pausedFate(where, lease)));
                    if (where != LeaseStatus.ABANDONED) {
                        awaitLoss(pause, figures, verdict);
                    }
                });
    }

    private void awaitLoss(long pause, OutgoingFigures figures, Consumer<String> verdict) {
        look(
                LOOK_AGAIN_NANOS,
                pause,
                where -> {
                    if (where == LeaseStatus.ABANDONED) {
                        verdict.accept(
                                "migration %s: %s"
                                        .formatted(
                                                figures.status().text(),
                                                OutgoingText.pausedFate(where, lease)));
                    } else {
                        awaitLoss(pause, figures, verdict);
                    }
                });
    }

    /** Asks the lease after a while, unless the pause is over before it has answered. */
    private void look(long delayNanos, long pause, Consumer<LeaseStatus> found) {
        loop.schedule(
                delayNanos,
                () -> {
                    if (paused(pause)) {
                        lease.look(where -> {
                            if (paused(pause)) {
                                found.accept(where);
                            }
                        });
                    }
                });
    }

    /** Whether it is still paused, and has not been recovered and paused again since. */
    private boolean paused(long pause) {
        return pause == pauses && status.get() == MigrationStatus.POSTCOPY_PAUSED;
    }
}
