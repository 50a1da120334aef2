package io.vmferry.source.outgoing.figures;

import io.vmferry.protocol.options.Parameters;
import java.util.concurrent.TimeUnit;

/**
 * Measures the link over windows of 100 ms, limits the rate within a window, and derives from the
 * last window how much may be left for the switchover. QEMU's {@code migration_update_counters} and
 * rate limit in one place, since they share the window.
 */
public final class BandwidthWindow {

    public static final long WINDOW_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** What QEMU shows as expected downtime while it knows of no bandwidth. */
    public static final long FOREVER = Long.MAX_VALUE;

    /** Below this many bytes a window says nothing about the link. */
    private static final long MIN_BYTES_FOR_ESTIMATE = 10_000;

    /** Assumed of a link that was never busy and has no limit: QEMU's default limit. */
    private static final long UNLIMITED_BYTES_PER_SECOND = 128L << 20;

    private static final double NANOS_PER_MILLI = 1e6;

    private long startNanos;
    private long startBytes;
    private long startPages;
    private long limitBytesPerWindow;

    private double bytesPerMilli;
    private double expectedBytesPerMilli;
    private long thresholdBytes;
    private boolean dry;
    private double megabitsPerSecond;
    private long pagesPerSecond;
    private long expectedDowntimeMillis;

    public BandwidthWindow(long nowNanos, Parameters parameters) {
        startNanos = nowNanos;
        expectedDowntimeMillis = parameters.downtimeLimitMillis();
        limit(parameters.maxBandwidthBytesPerSecond());
    }

    /** Sending begins on new channels; what was measured before says nothing. */
    public void begin(long nowNanos, OutgoingCounters counters, Parameters parameters) {
        restart(nowNanos, counters);
        bytesPerMilli = 0;
        expectedBytesPerMilli = 0;
        thresholdBytes = 0;
        dry = false;
        megabitsPerSecond = 0;
        pagesPerSecond = 0;
        expectedDowntimeMillis = parameters.downtimeLimitMillis();
        limit(parameters.maxBandwidthBytesPerSecond());
    }

    /** Sets the rate limit; 0 (or less than ten bytes per second) means unlimited, as in QEMU. */
    public void limit(long bytesPerSecond) {
        limitBytesPerWindow = bytesPerSecond / 10;
    }

    /** Closes the window when 100 ms have passed; true when it did. */
    public boolean update(long nowNanos, OutgoingCounters counters, Parameters parameters) {
        long spentNanos = nowNanos - startNanos;
        if (spentNanos < WINDOW_NANOS) {
            return false;
        }
        double millis = spentNanos / NANOS_PER_MILLI;
        long transferred = counters.transferredBytes - startBytes;
        measure(transferred / millis, parameters);
        long fixed = parameters.availSwitchoverBandwidthBytesPerSecond();
        expectedBytesPerMilli = fixed != 0 ? fixed / 1000.0 : bytesPerMilli;
        thresholdBytes = (long) (expectedBytesPerMilli * parameters.downtimeLimitMillis());
        megabitsPerSecond = transferred * 8 / (millis / 1000) / 1e6;
        pagesPerSecond = (long) ((counters.pages.all() - startPages) / (millis / 1000));
        if (counters.foreseesDowntime && transferred > MIN_BYTES_FOR_ESTIMATE) {
            expectedDowntimeMillis = (long) (counters.bytesAtLastSync / expectedBytesPerMilli);
        }
        restart(nowNanos, counters);
        return true;
    }

    /**
     * A window in which there was nothing left to send says nothing about the link: then what was
     * measured before, or what the user allows, is expected of it.
     */
    private void measure(double measuredBytesPerMilli, Parameters parameters) {
        bytesPerMilli = measuredBytesPerMilli;
        if (dry) {
            long allowed = parameters.maxBandwidthBytesPerSecond();
            long assumed = allowed > 0 ? allowed : UNLIMITED_BYTES_PER_SECOND;
            bytesPerMilli = Math.max(bytesPerMilli, assumed / 1000.0);
        }
        dry = false;
    }

    private void restart(long nowNanos, OutgoingCounters counters) {
        startNanos = nowNanos;
        startBytes = counters.transferredBytes;
        startPages = counters.pages.all();
    }

    /** Notes that the source had nothing to send although it might have. */
    public void ranDry() {
        dry = true;
    }

    /** How many bytes may still be sent in this window. */
    public long allowanceBytes(OutgoingCounters counters) {
        if (limitBytesPerWindow == 0) {
            return Long.MAX_VALUE;
        }
        return Math.max(0, limitBytesPerWindow - (counters.transferredBytes - startBytes));
    }

    public long nanosLeft(long nowNanos) {
        return Math.max(0, startNanos + WINDOW_NANOS - nowNanos);
    }

    /** What may be pending so that the switchover keeps the downtime limit; 0 until measured. */
    public long thresholdBytes() {
        return thresholdBytes;
    }

    /**
     * What a time during which nothing can be sent takes from the threshold; at most half of it, so
     * that a guest with slow devices can move at all.
     */
    public long reserveBytes(long nanos) {
        return (long)
                Math.min(expectedBytesPerMilli * nanos / NANOS_PER_MILLI, thresholdBytes / 2.0);
    }

    public double megabitsPerSecond() {
        return megabitsPerSecond;
    }

    public long bytesPerSecond() {
        return (long) (bytesPerMilli * 1000);
    }

    public long pagesPerSecond() {
        return pagesPerSecond;
    }

    /**
     * Foresees how long sending would take; {@link #FOREVER} where nothing is known of the link.
     */
    public void foresee(long pendingBytes, Parameters parameters) {
        long fixed = parameters.availSwitchoverBandwidthBytesPerSecond();
        double rate = fixed != 0 ? fixed / 1000.0 : bytesPerMilli;
        expectedDowntimeMillis = rate == 0 ? FOREVER : (long) (pendingBytes / rate);
    }

    public long expectedDowntimeMillis() {
        return expectedDowntimeMillis;
    }
}
