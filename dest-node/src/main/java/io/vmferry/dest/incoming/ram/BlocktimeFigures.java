package io.vmferry.dest.incoming.ram;

import java.util.List;

/**
 * How long page faults kept the guest from running; the members of {@code query-migrate} with
 * {@code postcopy-} in front.
 *
 * @param blocktimeMillis how long all vCPUs stood still together
 * @param vcpuBlocktimeMillis how long each of them stood still
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
