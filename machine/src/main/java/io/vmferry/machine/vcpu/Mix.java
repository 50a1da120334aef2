package io.vmferry.machine.vcpu;

/** Mixing of 64-bit words: cheap, bijective, and every input bit reaches every output bit. */
final class Mix {
    /** The golden ratio as a 64-bit fraction: consecutive multiples are spread evenly. */
    static final long STRIDE = 0x9E3779B97F4A7C15L;

    private static final long M1 = 0xD6E8FEB86659FD93L;
    private static final long M2 = 0xA0761D6478BD642FL;

    private Mix() {}

    static long mix(long value) {
        long z = value;
        z = (z ^ (z >>> 32)) * M1;
        z = (z ^ (z >>> 29)) * M2;
        return z ^ (z >>> 32);
    }

    /** A half as strong mix for bulk content: enough not to compress, twice as fast. */
    static long quick(long value) {
        long z = (value ^ (value >>> 32)) * M1;
        return z ^ (z >>> 29);
    }

    /** Maps a mixed word evenly to 0 (inclusive) to {@code bound} (exclusive). */
    static long below(long mixed, long bound) {
        return Math.unsignedMultiplyHigh(mixed, bound);
    }
}
