package io.vmferry.machine.fault;

import io.vmferry.machine.link.EngineLoop;
import java.util.concurrent.TimeUnit;

/** How fast a throttled {@link Lane} may carry. */
final class Pace {

    /** What is carried at once, so that the pace is even. */
    private static final int STEP_BYTES = 4096;

    /** What may be made up for when a timer was late. */
    private static final long SLACK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final EngineLoop loop;
    private long bytesPerSecond;
    private long nextNanos = Long.MIN_VALUE;

    Pace(EngineLoop loop) {
        this.loop = loop;
    }

    void limit(long rate) {
        bytesPerSecond = rate;
        nextNanos = loop.nanoTime();
    }

    void unlimit() {
        bytesPerSecond = 0;
        nextNanos = Long.MIN_VALUE;
    }

    boolean limited() {
        return bytesPerSecond > 0;
    }

    /** When the next bytes may go. */
    long nextNanos() {
        return nextNanos;
    }

    /** Takes the number of bytes that may go at once. */
    int take(int bytes) {
        if (!limited()) {
            return bytes;
        }
        int count = Math.min(STEP_BYTES, bytes);
        long from = Math.max(nextNanos, loop.nanoTime() - SLACK_NANOS);
        nextNanos = from + count * TimeUnit.SECONDS.toNanos(1) / bytesPerSecond;
        return count;
    }
}
