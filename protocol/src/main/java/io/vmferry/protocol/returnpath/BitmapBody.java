package io.vmferry.protocol.returnpath;

import io.netty.buffer.ByteBuf;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;
import io.vmferry.protocol.stream.WireStrings;
import java.nio.ByteOrder;

/** Reads what follows a RECV_BITMAP message: size, bits, end mark. */
final class BitmapBody {

    private final String block;
    private final long expectedBytes;

    private long[] words;
    private int filledWords;

    BitmapBody(String block, long expectedBytes) {
        this.block = block;
        this.expectedBytes = expectedBytes;
    }

    /** Consumes what it can; true when the end mark was read. */
    boolean read(ByteBuf in) throws StreamException {
        if (words == null && !readSize(in)) {
            return false;
        }
        readWords(in);
        return filledWords == words.length && readEndMark(in);
    }

    /** As many as are there, at once and not word by word. */
    private void readWords(ByteBuf in) {
        int count = Math.min(words.length - filledWords, in.readableBytes() / Long.BYTES);
        in.nioBuffer(in.readerIndex(), count * Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asLongBuffer()
                .get(words, filledWords, count);
        in.skipBytes(count * Long.BYTES);
        filledWords += count;
    }

    ReceivedBitmap bitmap() {
        return ReceivedBitmap.owning(words);
    }

    private boolean readSize(ByteBuf in) throws StreamException {
        if (in.readableBytes() < Long.BYTES) {
            return false;
        }
        long bytes = in.getLong(in.readerIndex());
        // Only the size that our own block has is ever allocated.
        if (bytes != expectedBytes) {
            throw StreamException.of(
                    StreamError.RP_BITMAP_SIZE,
                    "Bitmap of block %s has %s bytes, expected %d"
                            .formatted(
                                    WireStrings.quote(block),
                                    Long.toUnsignedString(bytes),
                                    expectedBytes));
        }
        in.skipBytes(Long.BYTES);
        words = new long[Math.toIntExact(bytes / Long.BYTES)];
        return true;
    }

    private boolean readEndMark(ByteBuf in) throws StreamException {
        if (in.readableBytes() < Long.BYTES) {
            return false;
        }
        long mark = in.getLong(in.readerIndex());
        if (mark != ReturnPathWriter.BITMAP_END_MARK) {
            throw StreamException.of(
                    StreamError.RP_BITMAP_END_MARK,
                    "Bitmap of block %s ends with 0x%016x, expected 0x%016x"
                            .formatted(
                                    WireStrings.quote(block),
                                    mark,
                                    ReturnPathWriter.BITMAP_END_MARK));
        }
        in.skipBytes(Long.BYTES);
        return true;
    }
}
