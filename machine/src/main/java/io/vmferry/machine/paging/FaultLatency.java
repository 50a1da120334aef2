package io.vmferry.machine.paging;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongConsumer;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * How long vCPUs waited for pages that were not here: from the access to their going on, so with
 * the wake-up of the vCPU, which QEMU's own figures leave out. Recorded by any thread.
 */
public final class FaultLatency {

    private static final long LONGEST_NANOS = TimeUnit.HOURS.toNanos(1);
    private static final int SIGNIFICANT_DIGITS = 2;

    /** Made with the first fault: most guests have none. */
    private volatile @Nullable Histogram histogram;

    private final AtomicLongArray counts;
    private final AtomicLongArray totalNanos;
    private volatile LongConsumer listener = nanos -> {};

    /** No fault has been recorded of so many vCPUs. */
    public FaultLatency(int vcpuCount) {
        this.counts = new AtomicLongArray(vcpuCount);
        this.totalNanos = new AtomicLongArray(vcpuCount);
    }

    void record(int vcpu, long nanos) {
        histogram().recordValue(Math.clamp(nanos, 0, LONGEST_NANOS));
        counts.getAndIncrement(vcpu);
        totalNanos.getAndAdd(vcpu, nanos);
        listener.accept(nanos);
    }

    /**
     * Sets the listener for the latency of each fault in nanoseconds, called by the vCPU's thread.
     */
    public void tell(LongConsumer next) {
        listener = next;
    }

    /** How many faults a vCPU had. */
    public long count(int vcpu) {
        return counts.get(vcpu);
    }

    /** How long a vCPU waited in all. */
    public long totalNanos(int vcpu) {
        return totalNanos.get(vcpu);
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
