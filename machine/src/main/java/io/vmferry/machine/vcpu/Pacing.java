package io.vmferry.machine.vcpu;

/**
 * When the steps of one vCPU are due, as a function of how long it has been running. Time in which
 * a throttled vCPU is kept from running does not count, so that throttling slows a paced guest too.
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

    /** How many steps are due after so much running time; Long.MAX_VALUE for no limit. */
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
}
