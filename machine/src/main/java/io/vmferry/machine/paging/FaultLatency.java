package io.vmferry.machine.paging;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * How long vCPUs stood still for pages that were not here: from the access to their going on, so
 * with the wake-up of the vCPU, which QEMU's own figures leave out. Recorded by any thread.
 */
public final class FaultLatency {

    private static final long LONGEST_NANOS = TimeUnit.HOURS.toNanos(1);
    private static final int SIGNIFICANT_DIGITS = 2;

    /** Made with the first fault: most guests have none. */
    private volatile Histogram histogram;

    void record(long nanos) {
        histogram().recordValue(Math.clamp(nanos, 0, LONGEST_NANOS));
    }

    private synchronized Histogram histogram() {
        if (histogram == null) {
            histogram = new ConcurrentHistogram(LONGEST_NANOS, SIGNIFICANT_DIGITS);
        }
        return histogram;
    }

    /** How many faults there were. */
    public long count() {
        Histogram recorded = histogram;
        return recorded == null ? 0 : recorded.getTotalCount();
    }

    /**
     * The latency that a share of all faults did not exceed; 0 without faults.
     *
     * @param percent 50 for the median
     */
    public long percentileNanos(double percent) {
        Histogram recorded = histogram;
        return recorded == null ? 0 : recorded.getValueAtPercentile(percent);
    }
}
