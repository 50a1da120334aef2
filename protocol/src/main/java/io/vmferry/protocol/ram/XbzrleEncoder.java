package io.vmferry.protocol.ram;

import java.util.Arrays;

/**
 * Encodes a page as its difference to an earlier content, as QEMU's {@code xbzrle_encode_buffer}:
 * runs of equal and of different bytes take turns, the equal ones first, and of the different ones
 * the new bytes follow. The encoded bytes are kept until the next page. Belongs to one thread.
 *
 * <p>Pages are arrays, since the daemons run with C1 alone, which makes calls of the accesses to
 * memory segments.
 */
public final class XbzrleEncoder {

    /** The result for a page that has not changed. */
    public static final int UNCHANGED = 0;

    /** The result for a page whose difference does not fit into a page. */
    public static final int OVERFLOW = -1;

    private static final int PAGE = RamFlags.PAGE_SIZE;

    /** The most that the length of a run takes. */
    private static final int RUN_LENGTH_BYTES = 2;

    /** So many bytes are compared one by one before the call for all the rest, which is dear. */
    private static final int NEAR_BYTES = 256;

    /** So many bytes are copied one by one, for the same reason. */
    private static final int FEW_BYTES = 32;

    private final byte[] out = new byte[PAGE + RUN_LENGTH_BYTES];

    /**
     * Encodes a page.
     *
     * @param before what the destination has
     * @param now what it is to have
     * @return the number of encoded bytes, {@link #UNCHANGED} or {@link #OVERFLOW}
     */
    public int encode(byte[] before, byte[] now) {
        int length = 0;
        int at = 0;
        while (at < PAGE) {
            if (length + RUN_LENGTH_BYTES > PAGE) {
                return OVERFLOW;
            }
            int different = equalUntil(before, now, at);
            if (different == PAGE) {
                return length; // what is equal up to the end is not encoded
            }
            length = runLength(length, different - at);
            if (length + RUN_LENGTH_BYTES > PAGE) {
                return OVERFLOW;
            }
            at = differentUntil(before, now, different);
            length = runLength(length, at - different);
            if (length + at - different > PAGE) {
                return OVERFLOW;
            }
            length = copy(now, different, at - different, length);
        }
        return length;
    }

    /** The encoded bytes of the last page, as many as its result says. */
    public byte[] encoded() {
        return out;
    }

    private int copy(byte[] now, int from, int count, int to) {
        if (count > FEW_BYTES) {
            System.arraycopy(now, from, out, to, count);
        } else {
            for (int i = 0; i < count; i++) {
                out[to + i] = now[from + i];
            }
        }
        return to + count;
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
    private static int equalUntil(byte[] before, byte[] now, int from) {
        int near = Math.min(from + NEAR_BYTES, PAGE);
        for (int at = from; at < near; at++) {
            if (before[at] != now[at]) {
                return at;
            }
        }
        int rest = Arrays.mismatch(before, near, PAGE, now, near, PAGE);
        return rest < 0 ? PAGE : near + rest;
    }

    /** The first byte from a place on that is equal, or the end of the page. */
    private static int differentUntil(byte[] before, byte[] now, int from) {
        int at = from;
        while (at < PAGE && before[at] != now[at]) {
            at++;
        }
        return at;
    }
}
