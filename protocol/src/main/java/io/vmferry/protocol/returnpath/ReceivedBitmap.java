package io.vmferry.protocol.returnpath;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Which pages of a block the destination has received: bit {@code i % 64} of word {@code i / 64} is
 * page {@code i}. Immutable.
 */
public final class ReceivedBitmap {

    private final long[] words;

    private ReceivedBitmap(long[] words) {
        this.words = words;
    }

    /** A bitmap with a copy of these words. */
    public static ReceivedBitmap copyOf(long[] words) {
        return new ReceivedBitmap(words.clone());
    }

    /** A bitmap that takes ownership of the words; they must not be written any more. */
    static ReceivedBitmap owning(long[] words) {
        return new ReceivedBitmap(words);
    }

    /** Bytes on the wire of the bitmap of a block with this many pages. */
    public static long wireBytes(long pages) {
        return (pages + Long.SIZE - 1) / Long.SIZE * Long.BYTES;
    }

    /** Number of words. */
    public int wordCount() {
        return words.length;
    }

    /** 64 pages. */
    public long word(int index) {
        return words[index];
    }

    /** Writes all words as they go on the wire: as a whole, not word by word. */
    void copyTo(ByteBuffer out) {
        out.slice().order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().put(words);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ReceivedBitmap bitmap && Arrays.equals(words, bitmap.words);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(words);
    }

    @Override
    public String toString() {
        return "ReceivedBitmap[" + words.length + " words]";
    }
}
