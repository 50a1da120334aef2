package io.vmferry.protocol.ram;

import io.netty.buffer.ByteBuf;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;

/**
 * Decodes the difference that a page of XBZRLE is sent as, by the rules of QEMU's {@code
 * xbzrle_decode_buffer}: lengths of at most two bytes, none of them 0 but that of the first equal
 * run, and nothing beyond the end of the page or of the encoded bytes.
 */
public final class XbzrleDecoder {

    /** Gets the runs of bytes that have changed, in order. */
    @FunctionalInterface
    public interface Runs {

        /**
         * A run.
         *
         * @param at where it begins in the page
         * @param in has the new bytes
         * @param index of the first of them
         */
        void run(int at, ByteBuf in, int index, int lengthBytes);
    }

    private static final int SHORT_BITS = 7;
    private static final int LONGER = 1 << SHORT_BITS;

    private XbzrleDecoder() {}

    /**
     * Consumes the encoded bytes of a page and gives its runs, those before a wrong one too.
     *
     * @param lengthBytes how many there are, at most a page
     * @param offset of the page in its block, for the refusal
     */
    public static void decode(ByteBuf in, int lengthBytes, long offset, Runs runs)
            throws StreamException {
        int index = in.readerIndex();
        in.skipBytes(lengthBytes);
        int end = index + lengthBytes;
        int at = index;
        int page = 0;
        while (at < end) {
            int equal = runLength(in, at, end);
            if (equal < 0 || (equal == 0 && at > index) || page + equal > RamFlags.PAGE_SIZE) {
                throw wrong("unchanged bytes", equal, at - index, lengthBytes, page, offset);
            }
            at += lengthBytes(in, at);
            page += equal;
            int changed = runLength(in, at, end);
            if (changed <= 0 || page + changed > RamFlags.PAGE_SIZE) {
                throw wrong("changed bytes", changed, at - index, lengthBytes, page, offset);
            }
            int first = at + lengthBytes(in, at);
            if (changed > end - first) {
                throw wrong("changed bytes", changed, at - index, lengthBytes, page, offset);
            }
            runs.run(page, in, first, changed);
            at = first + changed;
            page += changed;
        }
    }

    /** The length of a run, or -1 if there is none that is complete and short enough. */
    private static int runLength(ByteBuf in, int at, int end) {
        if (end - at < 2) {
            return -1;
        }
        int low = in.getUnsignedByte(at);
        if (low < LONGER) {
            return low;
        }
        int high = in.getUnsignedByte(at + 1);
        return high < LONGER ? (low & (LONGER - 1)) | (high << SHORT_BITS) : -1;
    }

    private static int lengthBytes(ByteBuf in, int at) {
        return in.getUnsignedByte(at) < LONGER ? 1 : 2;
    }

    private static StreamException wrong(
            String what, int run, int at, int lengthBytes, int page, long offset) {
        String seen = run < 0 ? "no length of a run" : "a run of %d".formatted(run);
        return StreamException.of(
                StreamError.RAM_XBZRLE_RUN,
                "XBZRLE page at offset 0x%x has %s of %s at byte %d of %d, with %d of %d bytes of the page done"
                        .formatted(offset, seen, what, at, lengthBytes, page, RamFlags.PAGE_SIZE));
    }
}
