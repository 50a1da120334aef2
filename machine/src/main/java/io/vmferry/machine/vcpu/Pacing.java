package io.vmferry.machine.vcpu;

import io.vmferry.machine.vcpu.WorkloadSpec.WorkloadKind;

/**
 * The pacing of one vCPU: its due steps as a function of its running time. Time in which a
 * throttled vCPU is kept from running does not count, so that throttling slows a paced guest too.
 */
public final class Pacing {
    private static final double NANOS_PER_SECOND = 1e9;

    private final boolean unlimited;
    private final double stepsPerNano;
    private final long group;

    /** The pace of one of {@code count} vCPUs, which share the rate of the guest evenly. */
    public Pacing(WorkloadSpec spec, int count) {
        this.unlimited = spec.unlimited();
        this.stepsPerNano = spec.ratePagesPerSecond() / NANOS_PER_SECOND / count;
        this.group = spec.kind() == WorkloadKind.BURST ? spec.burstPages() : 1;
    }

    /** The number of steps due after a running time; Long.MAX_VALUE for no limit. */
    public long stepsDue(long runNanos) {
        if (unlimited) {
            return Long.MAX_VALUE;
        }
        long exact = (long) (runNanos * stepsPerNano);
        return exact - exact % group;
    }

    /** The running time after which more than {@code steps} steps are due. */
    public long nanosUntilMoreThan(long steps) {
        return unlimited ? 0 : (long) Math.ceil((steps - steps % group + group) / stepsPerNano);
    }

    /**
     * The throttling of a vCPU (QEMU: auto-converge): it runs for a slice of 10 ms and then sleeps
     * until it has slept the given share of the time.
     *
     * @param percent share of the time asleep, 0 (not throttled) to 99
     */
    public record CpuThrottle(int percent) {
        /** How long a throttled vCPU runs between two sleeps. */
        public static final long SLICE_NANOS = 10_000_000;

        /** Not slowed down. */
        public static final CpuThrottle NONE = new CpuThrottle(0);

        public CpuThrottle {
            if (percent < 0 || percent > 99) {
                throw new IllegalArgumentException(
                        "A vCPU cannot be throttled by " + percent + " percent: expected 0 to 99");
            }
        }

        /** How long the vCPU sleeps after each slice. */
        public long sleepNanos() {
            return SLICE_NANOS * percent / (100 - percent);
        }
    }
}
