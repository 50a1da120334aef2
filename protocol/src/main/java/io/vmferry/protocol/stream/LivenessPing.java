package io.vmferry.protocol.stream;

import java.util.OptionalInt;

/**
 * A PING by which a source of ours finds out whether its destination is still there, and by which a
 * destination of ours learns that silence means something. To QEMU it is a PING like any other,
 * whose value it sends back.
 *
 * <p>The value is {@code 0x4c56} ("LV") in the upper half, the limit in seconds in the lower one.
 */
public final class LivenessPing {

    /** The longest limit that fits, in seconds. */
    public static final int MAX_SECONDS = 0xffff;

    private static final int MARK = 0x4c56_0000;
    private static final int MARK_MASK = 0xffff_0000;

    private LivenessPing() {}

    /**
     * The value of a PING.
     *
     * @param limitSeconds how long a side may be silent, 1 to {@link #MAX_SECONDS}
     */
    public static int value(int limitSeconds) {
        if (limitSeconds < 1 || limitSeconds > MAX_SECONDS) {
            throw new IllegalArgumentException(
                    "Liveness limit %d s, expected 1 to %d".formatted(limitSeconds, MAX_SECONDS));
        }
        return MARK | limitSeconds;
    }

    /** The limit in seconds in the value of a PING; empty for another PING. */
    public static OptionalInt limitSeconds(int value) {
        boolean liveness = (value & MARK_MASK) == MARK && (value & ~MARK_MASK) != 0;
        return liveness ? OptionalInt.of(value & ~MARK_MASK) : OptionalInt.empty();
    }
}
