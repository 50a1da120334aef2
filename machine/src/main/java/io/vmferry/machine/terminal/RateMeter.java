package io.vmferry.machine.terminal;

import java.util.concurrent.TimeUnit;

/** Measures a rate over the last second or so. Used by one thread. */
public final class RateMeter {

    private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(1);

    private boolean began;
    private long startNanos;
    private long startBytes;
    private long nextNanos;
    private long nextBytes;

    /** Takes a reading and returns the bytes per second; 0 before there are two. */
    public long bytesPerSecond(long nowNanos, long bytes) {
        if (!began || bytes < nextBytes) {
            began = true;
            startNanos = nextNanos = nowNanos;
            startBytes = nextBytes = bytes;
        } else if (nowNanos - nextNanos >= WINDOW_NANOS) {
            startNanos = nextNanos;
            startBytes = nextBytes;
            nextNanos = nowNanos;
            nextBytes = bytes;
        }
        long nanos = nowNanos - startNanos;
        return nanos <= 0 ? 0 : (long) ((bytes - startBytes) * 1e9 / nanos);
    }
}
