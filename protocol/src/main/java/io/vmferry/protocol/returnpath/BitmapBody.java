package io.vmferry.protocol.returnpath;

import io.netty.buffer.ByteBuf;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;
import io.vmferry.protocol.stream.WireStrings;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Reads what follows a RECV_BITMAP message: size, bits, end mark. */
final class BitmapBody {

    /** Of a bitmap whose size only its sender knows: more room comes with the bytes. */
    private static final int FIRST_WORDS = 512;

    private final String block;
    private final long expectedBytes;
    private final boolean smallerAllowed;

    @SuppressWarnings("NullAway.Init") // null up to the size, which comes before all words
    private long[] words;

    private int wordCount;
    private int filledWords;

    BitmapBody(String block, BitmapSizes sizes) throws StreamException {
        this.block = block;
        this.expectedBytes = sizes.expectedBytes(block);
        this.smallerAllowed = sizes.smallerAllowed();
    }

    String block() {
        return block;
    }

    /** Consumes what it can; true when the end mark was read. */
    boolean read(ByteBuf in) throws StreamException {
        if (words == null && !readSize(in)) {
            return false;
        }
        readWords(in);
        return filledWords == wordCount && readEndMark(in);
    }

    /** As many as are there, at once and not word by word. */
    private void readWords(ByteBuf in) {
        int count = Math.min(wordCount - filledWords, in.readableBytes() / Long.BYTES);
        if (filledWords + count > words.length) {
            int doubled = (int) Math.min(2L * words.length, wordCount);
            words = Arrays.copyOf(words, Math.max(filledWords + count, doubled));
        }
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
        if (!fits(bytes)) {
            throw StreamException.of(
                    StreamError.RP_BITMAP_SIZE,
                    "Bitmap of block %s has %s bytes, expected %s%d"
                            .formatted(
                                    WireStrings.quote(block),
                                    Long.toUnsignedString(bytes),
                                    smallerAllowed ? "a multiple of 8 up to " : "",
                                    expectedBytes));
        }
        in.skipBytes(Long.BYTES);
        wordCount = Math.toIntExact(bytes / Long.BYTES);
        // At once, only the size that our own block has is ever allocated.
        words = new long[smallerAllowed ? Math.min(wordCount, FIRST_WORDS) : wordCount];
        return true;
    }

    private boolean fits(long bytes) {
        return smallerAllowed
                ? bytes >= 0 && bytes <= expectedBytes && bytes % Long.BYTES == 0
                : bytes == expectedBytes;
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
