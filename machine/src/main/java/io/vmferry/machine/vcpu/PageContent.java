package io.vmferry.machine.vcpu;

import io.vmferry.machine.memory.RamBlock;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.zip.CRC32C;

/**
 * The bytes of a page that a guest of one seed wrote, and its share in the digest of the guest.
 *
 * <pre>
 *   offset  width  field (host byte order)
 *        0      8  mark of this guest, from its seed
 *        8      8  guest-wide page number
 *       16      8  step that wrote it
 *       24      8  index of the vCPU that wrote it
 *       32   4064  content: a function of seed, page, step and kind
 * </pre>
 *
 * <p>A zero page has no header. A page that came with the initial memory image has none either; it
 * is known by the CRC-32C of its bytes. The digest of a vCPU is the sum over its pages of a 64-bit
 * mix of page number and last step (or CRC), and nothing for a zero page: it does not depend on the
 * order of the writes, and one write changes it by a difference.
 */
public final class PageContent {
    private static final int WORDS = RamBlock.PAGE_SIZE / Long.BYTES;
    private static final int HEADER_WORDS = 4;
    private static final int PAGE_AT = 8;
    private static final int STEP_AT = 16;
    private static final int VCPU_AT = 24;

    private final long mark;
    private final long contentKey;
    private final long digestKey;

    /** The page to be written: C2, which simulations have, vectorizes stores to an array only. */
    private final long[] words = new long[WORDS];

    /** The content of the guest with the given seed. */
    public PageContent(long seed) {
        long key = Mix.mix(seed ^ 0x564D4652L);
        // never zero, so that a zero page cannot be taken for a written one
        this.mark = Mix.mix(key + 1) | 1;
        this.contentKey = Mix.mix(key + 2);
        this.digestKey = Mix.mix(key + 3);
    }

    /** Writes a page that is not {@link ContentKind#ZERO}. One thread at a time may call it. */
    void write(MemorySegment ram, long offset, long page, int vcpu, long step, ContentKind kind) {
        long key = key(page, step);
        int shift = shift(kind);
        for (int i = HEADER_WORDS; i < WORDS; i++) {
            words[i] = word(key, i >>> shift);
        }
        words[0] = mark;
        words[PAGE_AT / Long.BYTES] = page;
        words[STEP_AT / Long.BYTES] = step;
        words[VCPU_AT / Long.BYTES] = vcpu;
        MemorySegment.copy(words, 0, ram, ValueLayout.JAVA_LONG, offset, WORDS);
    }

    /** True when the page says that a guest of this seed wrote it. */
    public boolean marked(MemorySegment ram, long offset) {
        return ram.get(ValueLayout.JAVA_LONG, offset) == mark;
    }

    /** The page number in the header. */
    public long pageNumber(MemorySegment ram, long offset) {
        return ram.get(ValueLayout.JAVA_LONG, offset + PAGE_AT);
    }

    /** The step in the header. */
    public long step(MemorySegment ram, long offset) {
        return ram.get(ValueLayout.JAVA_LONG, offset + STEP_AT);
    }

    /** The vCPU index in the header. */
    public long vcpu(MemorySegment ram, long offset) {
        return ram.get(ValueLayout.JAVA_LONG, offset + VCPU_AT);
    }

    /** Offset within the page of the first byte that a step did not write so, or -1. */
    public int firstDifference(
            MemorySegment ram, long offset, long page, long step, ContentKind kind) {
        long key = key(page, step);
        int shift = shift(kind);
        long any = 0;
        for (int i = HEADER_WORDS; i < WORDS; i++) {
            any |=
                    ram.get(ValueLayout.JAVA_LONG, offset + (long) i * Long.BYTES)
                            ^ word(key, i >>> shift);
        }
        return any == 0 ? -1 : locateDifference(ram, offset, key, shift);
    }

    /** Share in the digest of a page written by the guest. */
    public long contribution(long page, long step) {
        return Mix.mix(digestKey + Mix.mix(page) + step * Mix.STRIDE);
    }

    /** Share in the digest of a page that the guest never wrote and that is not zero. */
    public long imageContribution(long page, int crc) {
        return Mix.mix(~digestKey + Mix.mix(page) + Integer.toUnsignedLong(crc) * Mix.STRIDE);
    }

    /** CRC-32C of a page. */
    public static int crc(MemorySegment ram, long offset) {
        CRC32C crc = new CRC32C();
        crc.update(ram.asSlice(offset, RamBlock.PAGE_SIZE).asByteBuffer());
        return (int) crc.getValue();
    }

    private static int locateDifference(MemorySegment ram, long offset, long key, int shift) {
        int i = HEADER_WORDS;
        long difference = 0;
        while (difference == 0) {
            difference =
                    ram.get(ValueLayout.JAVA_LONG, offset + (long) i * Long.BYTES)
                            ^ word(key, i >>> shift);
            i++;
        }
        // the low byte comes first on every host this runs on (x86-64, AArch64)
        return (i - 1) * Long.BYTES + Long.numberOfTrailingZeros(difference) / Byte.SIZE;
    }

    private long key(long page, long step) {
        return Mix.mix(contentKey + Mix.mix(page) + step * Mix.STRIDE);
    }

    private static long word(long key, int position) {
        return Mix.quick(key + position * Mix.STRIDE);
    }

    /** Compressible content repeats each word sixteen times. */
    private static int shift(ContentKind kind) {
        return kind == ContentKind.COMPRESSIBLE ? 4 : 0;
    }

    /**
     * Thrown when a memory image holds pages of a guest with this guest's seed, which could not be
     * told from its own.
     */
    public static final class SameSeedException extends IllegalArgumentException {

        private static final long serialVersionUID = 1L;

        SameSeedException(long seed) {
            super(
                    "The memory image holds pages of a guest with seed %d: start with another --seed"
                            .formatted(seed));
        }
    }

    /** What a step fills its page with. */
    public enum ContentKind {
        /** Does not compress. */
        RANDOM,
        /** Compresses about ten to one. */
        COMPRESSIBLE,
        /** Nothing but zeros, not even a header. */
        ZERO
    }

    /** A mixing function for 64-bit words: cheap, bijective, with full diffusion. */
    static final class Mix {
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
}
