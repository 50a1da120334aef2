package io.vmferry.protocol.ram;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Encodes a page as its difference to an earlier content, as QEMU's {@code xbzrle_encode_buffer}:
 * runs of equal and of different bytes take turns, the equal ones first, and of the different ones
 * the new bytes follow. The encoded bytes are kept until the next page. Belongs to one thread.
 */
public final class XbzrleEncoder {

    /** The result for a page that has not changed. */
    public static final int UNCHANGED = 0;

    /** The result for a page whose difference does not fit into a page. */
    public static final int OVERFLOW = -1;

    private static final int PAGE = RamFlags.PAGE_SIZE;

    /** The most that the length of a run takes. */
    private static final int RUN_LENGTH_BYTES = 2;

    private static final ValueLayout.OfLong WORD =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final long LOW_BITS = 0x0101_0101_0101_0101L;
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

    private final byte[] out = new byte[PAGE + RUN_LENGTH_BYTES];

    /**
     * Encodes a page.
     *
     * @param before what the destination has
     * @param now what it is to have
     * @return the number of encoded bytes, {@link #UNCHANGED} or {@link #OVERFLOW}
     */
    public int encode(MemorySegment before, long beforeAt, MemorySegment now, long nowAt) {
        int length = 0;
        int at = 0;
        while (at < PAGE) {
            if (length + RUN_LENGTH_BYTES > PAGE) {
                return OVERFLOW;
            }
            int different = equalUntil(before, beforeAt, now, nowAt, at);
            if (different == PAGE) {
                return length; // what is equal up to the end is not encoded
            }
            length = runLength(length, different - at);
            if (length + RUN_LENGTH_BYTES > PAGE) {
                return OVERFLOW;
            }
            at = differentUntil(before, beforeAt, now, nowAt, different);
            length = runLength(length, at - different);
            if (length + at - different > PAGE) {
                return OVERFLOW;
            }
            MemorySegment.copy(
                    now, ValueLayout.JAVA_BYTE, nowAt + different, out, length, at - different);
            length += at - different;
        }
        return length;
    }

    /** The encoded bytes of the last page, as many as its result says. */
    public byte[] encoded() {
        return out;
    }

    private int runLength(int at, int run) {
        if (run < 0x80) {
            out[at] = (byte) run;
            return at + 1;
        }
        out[at] = (byte) (run | 0x80);
        out[at + 1] = (byte) (run >>> 7);
        return at + 2;
    }

    /** The first byte from a place on that differs, or the end of the page. */
    private static int equalUntil(
            MemorySegment before, long beforeAt, MemorySegment now, long nowAt, int from) {
        for (int at = from; at < PAGE; at += Long.BYTES) {
            if (at > PAGE - Long.BYTES) {
                at = PAGE - Long.BYTES; // looks at some equal bytes again
            }
            long difference = before.get(WORD, beforeAt + at) ^ now.get(WORD, nowAt + at);
            if (at < from) {
                difference &= -1L << ((from - at) * Byte.SIZE);
            }
            if (difference != 0) {
                return at + Long.numberOfTrailingZeros(difference) / Byte.SIZE;
            }
        }
        return PAGE;
    }

    /** The first byte from a place on that is equal, or the end of the page. */
    private static int differentUntil(
            MemorySegment before, long beforeAt, MemorySegment now, long nowAt, int from) {
        for (int at = from; at < PAGE; at += Long.BYTES) {
            if (at > PAGE - Long.BYTES) {
                at = PAGE - Long.BYTES; // looks at some different bytes again
            }
            long difference = before.get(WORD, beforeAt + at) ^ now.get(WORD, nowAt + at);
            if (at < from) {
                difference |= ~(-1L << ((from - at) * Byte.SIZE));
            }
            // the lowest bit that is set belongs to the first byte of zero
            long zeros = (difference - LOW_BITS) & ~difference & HIGH_BITS;
            if (zeros != 0) {
                return at + Long.numberOfTrailingZeros(zeros) / Byte.SIZE;
            }
        }
        return PAGE;
    }
}
