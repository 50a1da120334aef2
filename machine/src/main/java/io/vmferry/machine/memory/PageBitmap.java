package io.vmferry.machine.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * One bit per page, shared between threads without locks. Bits beyond the last page stay clear.
 *
 * <p>{@link #set}, {@link #testAndSet}, {@link #clear} and {@link #takeWord} are atomic and full
 * fences on the way: what a thread stored before it set a bit is seen by the thread that took it.
 */
public final class PageBitmap {
    private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] words;
    private final long pageCount;

    /** An empty bitmap for {@code pageCount} pages. */
    public PageBitmap(long pageCount) {
        if (pageCount < 0 || pageCount > 64L * (Integer.MAX_VALUE - 8)) {
            throw new IllegalArgumentException("A bitmap cannot have " + pageCount + " pages");
        }
        this.pageCount = pageCount;
        this.words = new long[Math.toIntExact((pageCount + 63) >>> 6)];
    }

    public long pageCount() {
        return pageCount;
    }

    public int wordCount() {
        return words.length;
    }

    /** The 64 bits of pages {@code 64 * word} and up, bit 0 first. */
    public long word(int word) {
        return (long) WORD.getAcquire(words, word);
    }

    /**
     * Sets a bit. Always an atomic or: to look first and skip the or when the bit is already set
     * would let a store pass the look, and a harvest between the two would lose that store.
     */
    public void set(long page) {
        WORD.getAndBitwiseOr(words, index(page), bit(page));
    }

    /**
     * Sets a bit that is never cleared while others may set it, cheaply when it already is. Not for
     * a bitmap that is harvested; see {@link #set}.
     */
    public void setSticky(long page) {
        int index = index(page);
        if (((long) WORD.getOpaque(words, index) & bit(page)) == 0) {
            WORD.getAndBitwiseOr(words, index, bit(page));
        }
    }

    /** Sets a bit; true when it was set before. */
    public boolean testAndSet(long page) {
        return ((long) WORD.getAndBitwiseOr(words, index(page), bit(page)) & bit(page)) != 0;
    }

    public boolean get(long page) {
        return (word(index(page)) & bit(page)) != 0;
    }

    /** Clears a bit; true when it was set before. */
    public boolean clear(long page) {
        return ((long) WORD.getAndBitwiseAnd(words, index(page), ~bit(page)) & bit(page)) != 0;
    }

    /**
     * Takes all bits of a word: returns them and leaves it empty. An empty word costs only a look.
     */
    public long takeWord(int word) {
        return (long) WORD.getOpaque(words, word) == 0 ? 0 : (long) WORD.getAndSet(words, word, 0L);
    }

    /** Sets the bits of pages {@code from} (inclusive) to {@code to} (exclusive). */
    public void setRange(long from, long to) {
        checkRange(from, to);
        for (long page = from; page < to; page = (page | 63) + 1) {
            WORD.getAndBitwiseOr(words, index(page), rangeMask(page, to));
        }
    }

    /**
     * Clears the bits of pages {@code from} (inclusive) to {@code to} (exclusive). A word that has
     * none of them costs only a look.
     */
    public void clearRange(long from, long to) {
        checkRange(from, to);
        for (long page = from; page < to; page = (page | 63) + 1) {
            long mask = rangeMask(page, to);
            if (((long) WORD.getOpaque(words, index(page)) & mask) != 0) {
                WORD.getAndBitwiseAnd(words, index(page), ~mask);
            }
        }
    }

    public void clearAll() {
        clearRange(0, pageCount);
    }

    /** A copy of all words; a snapshot when others are at work. */
    public long[] toWords() {
        // as a whole; no JVM that this runs on tears a long
        return words.clone();
    }

    /** How many bits are set; a snapshot when others are at work. */
    public long cardinality() {
        long sum = 0;
        for (int i = 0; i < words.length; i++) {
            sum += Long.bitCount((long) WORD.getOpaque(words, i));
        }
        return sum;
    }

    /** The first page at or after {@code from} whose bit is set, or -1. */
    public long nextSet(long from) {
        if (from >= pageCount) {
            return -1;
        }
        int index = index(from);
        long bits = word(index) & (-1L << from);
        while (bits == 0) {
            if (++index == words.length) {
                return -1;
            }
            bits = word(index);
        }
        return ((long) index << 6) + Long.numberOfTrailingZeros(bits);
    }

    /** The first page at or after {@code from} whose bit is clear, or {@link #pageCount}. */
    public long nextClear(long from) {
        if (from >= pageCount) {
            return pageCount;
        }
        int index = index(from);
        long bits = ~word(index) & (-1L << from);
        while (bits == 0) {
            if (++index == words.length) {
                return pageCount;
            }
            bits = ~word(index);
        }
        return Math.min(pageCount, ((long) index << 6) + Long.numberOfTrailingZeros(bits));
    }

    private int index(long page) {
        return (int) (page >>> 6);
    }

    private static long bit(long page) {
        return 1L << page;
    }

    /** The bits of {@code page}'s word from that page on, but below {@code to}. */
    private static long rangeMask(long page, long to) {
        long mask = -1L << page;
        return to > (page | 63) ? mask : mask & ~(-1L << to);
    }

    private void checkRange(long from, long to) {
        if (from < 0 || from > to || to > pageCount) {
            throw new IndexOutOfBoundsException(
                    "Pages " + from + " to " + to + " are not all within 0 to " + pageCount);
        }
    }
}
