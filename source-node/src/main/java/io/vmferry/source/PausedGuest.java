package io.vmferry.source;

import io.vmferry.machine.lease.Lease;
import io.vmferry.machine.lease.Lease.LeaseStatus;
import io.vmferry.machine.link.EngineLoop;
import io.vmferry.protocol.status.MigrationStatus;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Watches the guest of a paused postcopy through its lease. A broken network and a dead destination
 * look the same to a source; the lease distinguishes them. Only the last pause is watched. Confined
 * to the engine's loop.
 */
public final class PausedGuest {

    /** A process that ends loses its connections shortly before or after its lock. */
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

    /** Gets what the lease says about the guest. */
    @FunctionalInterface
    public interface PauseListener {

        /**
         * Called when the lease has been read.
         *
         * @param later whether it said something else before
         */
        void found(LeaseStatus where, boolean later);
    }

    /** Reports where the guest is, and reports again when the lease later shows that it is lost. */
    public void watch(PauseListener listener) {
        long pause = ++pauses;
        look(
                SETTLE_NANOS,
                pause,
                where -> {
                    listener.found(where, false);
                    if (where != LeaseStatus.ABANDONED) {
                        awaitLoss(pause, listener);
                    }
                });
    }

    private void awaitLoss(long pause, PauseListener listener) {
        look(
                LOOK_AGAIN_NANOS,
                pause,
                where -> {
                    if (where == LeaseStatus.ABANDONED) {
                        listener.found(where, true);
                    } else {
                        awaitLoss(pause, listener);
                    }
                });
    }

    /** Reads the lease after a delay; no result when the pause ends before. */
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

    /** Whether this pause still lasts. */
    private boolean paused(long pause) {
        return pause == pauses && status.get() == MigrationStatus.POSTCOPY_PAUSED;
    }
}
