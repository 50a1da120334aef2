package io.vmferry.source.outgoing;

import io.vmferry.machine.memory.PageBitmap;
import io.vmferry.protocol.returnpath.ReceivedBitmap;
import java.util.Arrays;

/**
 * The migration's own bitmap of pages still to be sent, QEMU's {@code RAMBlock.bmap}. Owned by the
 * engine's loop; the guest's dirty log is merged into it at every dirty sync.
 */
final class DirtyBitmap {

    private final long[] words;
    private final long pages;
    private long dirty;

    /** What was dirty when {@link #list} was called; null before. */
    private long[] listed;

    DirtyBitmap(long pages) {
        this.pages = pages;
        this.words = new long[Math.toIntExact((pages + 63) / 64)];
    }

    long dirtyPages() {
        return dirty;
    }

    /** Every page is to be sent: the state at the start of a migration. */
    void setAll() {
        Arrays.fill(words, -1L);
        long excess = words.length * 64L - pages;
        if (excess > 0) {
            words[words.length - 1] = -1L >>> excess;
        }
        dirty = pages;
    }

    /**
     * Takes what the guest has dirtied since the last sync; returns how many pages became dirty.
     */
    long mergeAndClear(PageBitmap log) {
        long added = 0;
        for (int i = 0; i < words.length; i++) {
            long taken = log.takeWord(i);
            if (taken != 0) {
                added += Long.bitCount(taken & ~words[i]);
                words[i] |= taken;
            }
        }
        dirty += added;
        return added;
    }

    /** The first dirty page at or after {@code from}, or -1. */
    long nextDirty(long from) {
        int word = (int) (from >>> 6);
        if (word >= words.length) {
            return -1;
        }
        long bits = words[word] & (-1L << from);
        while (bits == 0) {
            if (++word == words.length) {
                return -1;
            }
            bits = words[word];
        }
        return ((long) word << 6) + Long.numberOfTrailingZeros(bits);
    }

    /** After a break: what the destination has not received is to be sent, and nothing else. */
    void complement(ReceivedBitmap received) {
        dirty = 0;
        for (int i = 0; i < words.length; i++) {
            words[i] = ~received.word(i);
            dirty += Long.bitCount(words[i]);
        }
        long excess = words.length * 64L - pages;
        if (excess > 0) {
            long beyond = words[words.length - 1] & ~(-1L >>> excess);
            words[words.length - 1] ^= beyond;
            dirty -= Long.bitCount(beyond);
        }
    }

    boolean isDirty(long page) {
        return (words[(int) (page >>> 6)] & 1L << page) != 0;
    }

    /** The first page at or after {@code from} that is not dirty, or the number of pages. */
    long nextClean(long from) {
        long page = from;
        while (page < pages) {
            long clean = ~words[(int) (page >>> 6)] & (-1L << page);
            if (clean != 0) {
                return Math.min((page & -64) + Long.numberOfTrailingZeros(clean), pages);
            }
            page = (page & -64) + 64;
        }
        return pages;
    }

    /** The pages that were not dirty yet when {@link #list} was called last; a copy. */
    DirtyBitmap unlisted() {
        DirtyBitmap rest = new DirtyBitmap(pages);
        for (int i = 0; i < words.length; i++) {
            rest.words[i] = listed == null ? words[i] : words[i] & ~listed[i];
            rest.dirty += Long.bitCount(rest.words[i]);
        }
        return rest;
    }

    /** Takes note of what is dirty now. */
    void list() {
        listed = words.clone();
    }

    /** How many runs of dirty pages there are. */
    long runs() {
        long runs = 0;
        long before = 0;
        for (long word : words) {
            runs += Long.bitCount(word & ~(word << 1 | before));
            before = word >>> 63;
        }
        return runs;
    }

    /** Makes a page that was sent dirty again. */
    void set(long page) {
        long bit = 1L << page;
        if ((words[(int) (page >>> 6)] & bit) == 0) {
            words[(int) (page >>> 6)] |= bit;
            dirty++;
        }
    }

    /** Marks a dirty page as sent. To be called before the page is read. */
    void clear(long page) {
        words[(int) (page >>> 6)] &= ~(1L << page);
        dirty--;
    }
}
