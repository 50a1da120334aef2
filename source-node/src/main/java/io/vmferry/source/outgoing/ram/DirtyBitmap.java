package io.vmferry.source.outgoing.ram;

import io.vmferry.machine.memory.PageBitmap;
import io.vmferry.protocol.returnpath.ReceivedBitmap;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * The migration's own bitmap of pages still to be sent, QEMU's {@code RAMBlock.bmap}. Confined to
 * the engine's loop; the guest's dirty log is merged into it at every dirty sync.
 *
 * <p>The search for a dirty page skips groups of words in which none was found before, so that it
 * costs about the same in small and large blocks.
 */
final class DirtyBitmap {

    /** Words of a group: 4096 pages. */
    private static final int GROUP_WORDS = 64;

    private final long[] words;
    private final long pages;
    private long dirty;

    /**
     * The groups that may have a dirty page: all in which pages were set since a search found none.
     */
    private final BitSet groups;

    private long wordsLookedAt;

    /** What was dirty when {@link #list} was called; null before. */
    private long @Nullable [] listed;

    DirtyBitmap(long pages) {
        this.pages = pages;
        this.words = new long[Math.toIntExact((pages + 63) / 64)];
        this.groups = new BitSet(groupOf(words.length) + 1);
    }

    private static int groupOf(int word) {
        return word / GROUP_WORDS;
    }

    private void anyGroup() {
        groups.set(0, groupOf(words.length - 1) + 1);
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
        anyGroup();
        dirty = pages;
    }

    /** Merges and clears the guest's dirty log; returns how many pages became dirty. */
    long mergeAndClear(PageBitmap log) {
        long added = 0;
        for (int i = 0; i < words.length; i++) {
            long taken = log.takeWord(i);
            if (taken != 0) {
                added += Long.bitCount(taken & ~words[i]);
                words[i] |= taken;
                groups.set(groupOf(i));
            }
        }
        dirty += added;
        return added;
    }

    /** The first dirty page at or after {@code from}, or -1. */
    long nextDirty(long from) {
        return nextDirty(from, pages);
    }

    /** The first dirty page at or after {@code from} and before {@code limit}, or -1. */
    long nextDirty(long from, long limit) {
        if (from >= limit) {
            return -1;
        }
        int first = (int) (from >>> 6);
        int last = (int) ((limit - 1) >>> 6);
        int endOfGroup = Math.min(last, first | GROUP_WORDS - 1);
        int word = first;
        long bits = words[word] & (-1L << from);
        while (bits == 0 && word < endOfGroup) {
            bits = words[++word];
        }
        wordsLookedAt += word - first + 1;
        if (bits == 0) {
            word = firstDirtyWord(groupOf(word) + 1, last);
            bits = word < 0 ? 0 : words[word];
        }
        long page = bits == 0 ? -1 : ((long) word << 6) + Long.numberOfTrailingZeros(bits);
        return page < limit ? page : -1;
    }

    /**
     * The first word with a dirty page from a group on, up to the group of the last word, or -1.
     */
    private int firstDirtyWord(int from, int last) {
        for (int group = groups.nextSetBit(from);
                group >= 0 && group <= groupOf(last);
                group = groups.nextSetBit(group + 1)) {
            int end = Math.min((group + 1) * GROUP_WORDS, words.length);
            for (int word = group * GROUP_WORDS; word < end; word++) {
                wordsLookedAt++;
                if (words[word] != 0) {
                    return word;
                }
            }
            groups.clear(group);
        }
        return -1;
    }

    /** The number of words read in search of dirty pages: the cost of the searches. */
    long wordsLookedAt() {
        return wordsLookedAt;
    }

    /** Makes exactly the pages dirty that the destination has not received, for a recovery. */
    void complement(ReceivedBitmap received) {
        dirty = 0;
        anyGroup();
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
        rest.anyGroup();
        for (int i = 0; i < words.length; i++) {
            rest.words[i] = listed == null ? words[i] : words[i] & ~listed[i];
            rest.dirty += Long.bitCount(rest.words[i]);
        }
        return rest;
    }

    /** Remembers what is dirty now, for {@link #unlisted}. */
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
            groups.set(groupOf((int) (page >>> 6)));
            dirty++;
        }
    }

    /** Marks a dirty page as sent. To be called before the page is read. */
    void clear(long page) {
        words[(int) (page >>> 6)] &= ~(1L << page);
        dirty--;
    }
}
