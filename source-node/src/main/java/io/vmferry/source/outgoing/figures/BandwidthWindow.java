package io.vmferry.source.outgoing.figures;

import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.protocol.options.Parameters;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Measures the link over windows of 100 ms, limits the rate within a window, and derives from the
 * last window how much may be left for the switchover. QEMU's {@code migration_update_counters} and
 * rate limit in one place, since they share the window.
 */
public final class BandwidthWindow {

    public static final long WINDOW_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** What QEMU shows as expected downtime while it knows of no bandwidth. */
    public static final long FOREVER = Long.MAX_VALUE;

    /** Minimum of bytes in a window for an estimate. */
    private static final long MIN_BYTES_FOR_ESTIMATE = 10_000;

    /** Rate assumed of a link that was never busy and has no limit: QEMU's default limit. */
    private static final long UNLIMITED_BYTES_PER_SECOND = 128L << 20;

    private static final double NANOS_PER_MILLI = 1e6;

    private final OutgoingCounters counters;
    private final MigrationOptions options;
    private final LongSupplier nanoTime;

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

    public BandwidthWindow(
            OutgoingCounters counters, MigrationOptions options, LongSupplier nanoTime) {
        this.counters = counters;
        this.options = options;
        this.nanoTime = nanoTime;
        begin();
    }

    /** Starts to measure again, on new channels. */
    public final void begin() {
        restart(nanoTime.getAsLong());
        bytesPerMilli = 0;
        expectedBytesPerMilli = 0;
        thresholdBytes = 0;
        dry = false;
        megabitsPerSecond = 0;
        pagesPerSecond = 0;
        expectedDowntimeMillis = options.parameters().downtimeLimitMillis();
        limit(options.parameters().maxBandwidthBytesPerSecond());
    }

    /** Sets the rate limit; 0 (or less than ten bytes per second) means unlimited, as in QEMU. */
    public void limit(long bytesPerSecond) {
        limitBytesPerWindow = bytesPerSecond / 10;
    }

    /** Closes the window when 100 ms have passed; true when it did. */
    public boolean update() {
        long now = nanoTime.getAsLong();
        long spentNanos = now - startNanos;
        if (spentNanos < WINDOW_NANOS) {
            return false;
        }
        Parameters parameters = options.parameters();
        double millis = spentNanos / NANOS_PER_MILLI;
        long transferred = counters.transferredBytes - startBytes;
        measure(transferred / millis, parameters.maxBandwidthBytesPerSecond());
        long fixed = parameters.availSwitchoverBandwidthBytesPerSecond();
        expectedBytesPerMilli = fixed != 0 ? fixed / 1000.0 : bytesPerMilli;
        thresholdBytes = (long) (expectedBytesPerMilli * parameters.downtimeLimitMillis());
        megabitsPerSecond = transferred * 8 / (millis / 1000) / 1e6;
        pagesPerSecond = (long) ((counters.pages.all() - startPages) / (millis / 1000));
        if (counters.foreseesDowntime && transferred > MIN_BYTES_FOR_ESTIMATE) {
            expectedDowntimeMillis = (long) (counters.bytesAtLastSync / expectedBytesPerMilli);
        }
        restart(now);
        return true;
    }

    /** A window in which nothing was left to send counts with the configured limit. */
    private void measure(double measuredBytesPerMilli, long allowed) {
        bytesPerMilli = measuredBytesPerMilli;
        if (dry) {
            long assumed = allowed > 0 ? allowed : UNLIMITED_BYTES_PER_SECOND;
            bytesPerMilli = Math.max(bytesPerMilli, assumed / 1000.0);
        }
        dry = false;
    }

    private void restart(long nowNanos) {
        startNanos = nowNanos;
        startBytes = counters.transferredBytes;
        startPages = counters.pages.all();
    }

    /** Notes that the source had nothing to send although the limit allowed it. */
    public void ranDry() {
        dry = true;
    }

    /** How many bytes may still be sent in this window. */
    public long allowanceBytes() {
        if (limitBytesPerWindow == 0) {
            return Long.MAX_VALUE;
        }
        return Math.max(0, limitBytesPerWindow - (counters.transferredBytes - startBytes));
    }

    /** How long this window goes on. */
    public long nanosLeft() {
        return Math.max(0, startNanos + WINDOW_NANOS - nanoTime.getAsLong());
    }

    /** The pending bytes with which the switchover keeps the downtime limit; 0 until measured. */
    public long thresholdBytes() {
        return thresholdBytes;
    }

    /** The part of the threshold that a time without sending uses up; at most half of it. */
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

    /** Estimates how long sending would take; {@link #FOREVER} before the bandwidth is known. */
    public void foresee(long pendingBytes) {
        long fixed = options.parameters().availSwitchoverBandwidthBytesPerSecond();
        double rate = fixed != 0 ? fixed / 1000.0 : bytesPerMilli;
        expectedDowntimeMillis = rate == 0 ? FOREVER : (long) (pendingBytes / rate);
    }

    public long expectedDowntimeMillis() {
        return expectedDowntimeMillis;
    }
}
