package io.vmferry.machine.vcpu;

/**
 * How much a vCPU is slowed down (QEMU: cpu throttling of auto-converge). It runs for a slice of 10
 * ms and then sleeps so long that it has slept the given share of the time.
 *
 * @param percent share of the time asleep, 0 (not throttled) to 99
 */
public record Throttle(int percent) {
    /** How long a throttled vCPU runs between two sleeps. */
    public static final long SLICE_NANOS = 10_000_000;

    /** Not slowed down. */
    public static final Throttle NONE = new Throttle(0);

    public Throttle {
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
