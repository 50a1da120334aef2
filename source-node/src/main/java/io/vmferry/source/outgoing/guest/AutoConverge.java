package io.vmferry.source.outgoing.guest;

import io.vmferry.machine.vcpu.VcpuRunner;
import io.vmferry.protocol.options.Parameters;

/**
 * Slows the vCPUs down while they dirty memory faster than it can be sent. QEMU's {@code
 * migration_trigger_throttle}: the second high period throttles, the periods need not be
 * consecutive.
 */
public final class AutoConverge {

    private static final int HIGH_PERIODS_BEFORE_THROTTLING = 2;

    private final VcpuRunner vcpus;
    private int highPeriods;
    private int percentage;

    public AutoConverge(VcpuRunner vcpus) {
        this.vcpus = vcpus;
    }

    /** Evaluates one period between two dirty syncs. */
    public void evaluate(long dirtiedBytes, long transferredBytes, Parameters parameters) {
        long thresholdBytes = transferredBytes * parameters.throttleTriggerThresholdPercent() / 100;
        if (dirtiedBytes > thresholdBytes && ++highPeriods >= HIGH_PERIODS_BEFORE_THROTTLING) {
            highPeriods = 0;
            throttle(dirtiedBytes, thresholdBytes, parameters);
        }
    }

    private void throttle(long dirtiedBytes, long thresholdBytes, Parameters parameters) {
        int next = parameters.cpuThrottleInitialPercent();
        if (percentage > 0) {
            int step = parameters.cpuThrottleIncrementPercent();
            if (parameters.cpuThrottleTailslow()) {
                int running = 100 - percentage;
                double ideal = running * ((double) thresholdBytes / dirtiedBytes);
                step = (int) Math.min(running - ideal, step);
            }
            next = Math.min(percentage + step, parameters.maxCpuThrottlePercent());
        }
        percentage = Math.clamp(next, 1, 99);
        vcpus.throttle(percentage);
    }

    /** Lets the vCPUs run freely again. */
    public void stop() {
        if (percentage > 0) {
            percentage = 0;
            vcpus.throttle(0);
        }
    }

    /** The share of time in which vCPUs are held back; 0 when they run freely. */
    public int percentage() {
        return percentage;
    }
}
