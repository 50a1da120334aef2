package io.vmferry.dest.incoming.ram;

import io.vmferry.machine.paging.PageFault;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Measures how long page faults stop the guest, as QEMU with capability {@code postcopy-blocktime}:
 * from the access to the placing of the page. Confined to the engine's loop.
 */
public final class Blocktime {

    /**
     * The times for which page faults stopped the guest: the members of {@code query-migrate} with
     * {@code postcopy-} in front.
     *
     * @param blocktimeMillis how long all vCPUs were stopped at once
     * @param vcpuBlocktimeMillis how long each vCPU was stopped
     * @param latencyNanos mean time from an access to the placing of its page
     * @param latencyDistribution bucket n counts latencies from 2^n to 2^(n+1) microseconds
     * @param vcpuLatencyNanos the mean for each vCPU
     * @param nonVcpuLatencyNanos the mean for devices and people
     */
    public record BlocktimeFigures(
            long blocktimeMillis,
            List<Long> vcpuBlocktimeMillis,
            long latencyNanos,
            List<Long> latencyDistribution,
            List<Long> vcpuLatencyNanos,
            long nonVcpuLatencyNanos) {

        public BlocktimeFigures {
            vcpuBlocktimeMillis = List.copyOf(vcpuBlocktimeMillis);
            latencyDistribution = List.copyOf(latencyDistribution);
            vcpuLatencyNanos = List.copyOf(vcpuLatencyNanos);
        }
    }

    /** Bucket n counts latencies from 2^n to 2^(n+1) microseconds. */
    static final int BUCKETS = 24;

    private final LongSupplier clock;
    private final int[] waiting;
    private final long[] blockedSinceNanos;
    private final long[] blockedNanos;
    private final long[] faultNanos;
    private final long[] faults;
    private final long[] buckets = new long[BUCKETS];
    private int blockedVcpus;
    private long allBlockedSinceNanos;
    private long allBlockedNanos;
    private long otherNanos;
    private long otherFaults;

    public Blocktime(int vcpus, LongSupplier clock) {
        this.clock = clock;
        this.waiting = new int[vcpus];
        this.blockedSinceNanos = new long[vcpus];
        this.blockedNanos = new long[vcpus];
        this.faultNanos = new long[vcpus];
        this.faults = new long[vcpus];
    }

    void blocked(PageFault fault) {
        if (fault.vcpu().isEmpty()) {
            return;
        }
        int vcpu = fault.vcpu().getAsInt();
        if (waiting[vcpu]++ == 0) {
            blockedSinceNanos[vcpu] = fault.sinceNanos();
            if (++blockedVcpus == waiting.length) {
                allBlockedSinceNanos = fault.sinceNanos();
            }
        }
    }

    void unblocked(PageFault fault) {
        long now = clock.getAsLong();
        long nanos = Math.max(0, now - fault.sinceNanos());
        count(nanos);
        if (fault.vcpu().isEmpty()) {
            otherNanos += nanos;
            otherFaults++;
            return;
        }
        int vcpu = fault.vcpu().getAsInt();
        faultNanos[vcpu] += nanos;
        faults[vcpu]++;
        if (--waiting[vcpu] == 0) {
            blockedNanos[vcpu] += now - blockedSinceNanos[vcpu];
            if (blockedVcpus-- == waiting.length) {
                allBlockedNanos += now - allBlockedSinceNanos;
            }
        }
    }

    private void count(long nanos) {
        long micros = TimeUnit.NANOSECONDS.toMicros(nanos);
        int bucket = micros == 0 ? 0 : 63 - Long.numberOfLeadingZeros(micros);
        buckets[Math.min(bucket, BUCKETS - 1)]++;
    }

    /** The figures so far. */
    public BlocktimeFigures figures() {
        long allFaults = LongStream.of(faults).sum() + otherFaults;
        long allNanos = LongStream.of(faultNanos).sum() + otherNanos;
        return new BlocktimeFigures(
                TimeUnit.NANOSECONDS.toMillis(allBlockedNanos),
                LongStream.of(blockedNanos).map(TimeUnit.NANOSECONDS::toMillis).boxed().toList(),
                mean(allNanos, allFaults),
                LongStream.of(buckets).boxed().toList(),
                vcpuLatencies(),
                mean(otherNanos, otherFaults));
    }

    private List<Long> vcpuLatencies() {
        return IntStream.range(0, faults.length)
                .mapToObj(i -> mean(faultNanos[i], faults[i]))
                .toList();
    }

    private static long mean(long nanos, long count) {
        return count == 0 ? 0 : nanos / count;
    }
}
