package io.vmferry.source.outgoing.phase;

import java.util.concurrent.TimeUnit;

/**
 * Tells when one of QEMU's iterations would begin: it asks what is pending, then sends without
 * asking again until the window's allowance is spent, nothing is left, or time is up. Our phases
 * send in smaller batches, yet a client sees what was pending when the iteration began.
 */
public final class Iterations {

    /** QEMU's {@code MAX_WAIT}. */
    private static final long LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private boolean ended = true;
    private long startNanos;

    /** Whether an iteration begins now; the next one then needs an end, or time. */
    public boolean begins(long nowNanos) {
        if (!ended && nowNanos - startNanos < LONGEST_NANOS) {
            return false;
        }
        ended = false;
        startNanos = nowNanos;
        return true;
    }

    /** Nothing more can or may be sent for now. */
    public void end() {
        ended = true;
    }
}
