package io.vmferry.source.outgoing.phase;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Determines when an iteration of QEMU would begin: QEMU reads what is pending, then sends until
 * the limit of the window is reached, nothing is left, or 50 ms have passed. Our batches are
 * smaller, but clients see what was pending when the iteration began.
 */
public final class Iterations {

    /** QEMU's {@code MAX_WAIT}. */
    private static final long LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final LongSupplier nanoTime;
    private boolean ended = true;
    private long startNanos;
    private long nextSyncNanos;

    /** No iteration has begun. */
    public Iterations(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.nextSyncNanos = nanoTime.getAsLong();
    }

    /** Whether an iteration begins now; the next one begins after an end, or after 50 ms. */
    public boolean begins() {
        long now = nanoTime.getAsLong();
        if (!ended && now - startNanos < LONGEST_NANOS) {
            return false;
        }
        ended = false;
        startNanos = now;
        return true;
    }

    /**
     * Whether a sync is due that is made once in a window.
     *
     * @param nanosLeft how long the window goes on
     */
    public boolean windowSyncDue(long nanosLeft) {
        long now = nanoTime.getAsLong();
        if (now < nextSyncNanos) {
            return false;
        }
        nextSyncNanos = now + nanosLeft;
        return true;
    }

    /** Ends the iteration: nothing more can or may be sent for now. */
    public void end() {
        ended = true;
    }
}
