package io.vmferry.machine.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One named block of guest RAM (QEMU: RAMBlock) and what is known about its pages. Page numbers and
 * offsets are relative to the block unless said otherwise.
 *
 * <p>Any thread may call any method; the package description says in which order they keep a
 * migration exact.
 */
public final class RamBlock {
    /** The target page size of all guests. */
    public static final int PAGE_SIZE = 4096;

    /** log2 of {@link #PAGE_SIZE}. */
    public static final int PAGE_SHIFT = 12;

    /**
     * How many of the 64 pages before it must be in use for the next 64 to be allocated at once.
     */
    private static final int DENSE_PAGES = 56;

    private static final int HIGHEST_PASS = 255;

    /** log2 of the pages in a group, see {@link #receivedGroups}: 16 MiB. */
    private static final int GROUP_SHIFT = 12;

    private final String idstr;
    private final int index;
    private final long firstPage;
    private final long pageCount;
    private final long pageSizeBytes;
    private final MemorySegment segment;
    private final BlockContent content;
    private final MemorySegment passOfPage;
    private final AllocationAhead allocation;
    private final PageBitmap dirtyLog;
    private final PageBitmap populated;
    private final PageBitmap received;

    /**
     * The groups of pages of which some may have been received: a peer may have the same pages
     * discarded as often as it likes, and only what came in between is looked at. A bit is set
     * after a page's own and cleared before those of its pages.
     */
    private final PageBitmap receivedGroups;

    private byte receivingPass;

    /** The second log of stores while there is a watcher; the migration has its own. */
    private volatile @Nullable PageBitmap watch;

    RamBlock(RamBlockSpec spec, int index, long firstPage, Arena arena) {
        this.idstr = spec.idstr();
        this.index = index;
        this.firstPage = firstPage;
        this.pageCount = spec.lengthBytes() >>> PAGE_SHIFT;
        this.pageSizeBytes = spec.pageSizeBytes();
        this.segment = HostMemory.map(spec.lengthBytes(), arena);
        this.content = new BlockContent(segment);
        this.allocation = new AllocationAhead(segment);
        // mapped, not on the heap: a sparse guest touches only a few of these bytes
        this.passOfPage = HostMemory.map(pageCount, arena);
        this.dirtyLog = new PageBitmap(pageCount);
        this.populated = new PageBitmap(pageCount);
        this.received = new PageBitmap(pageCount);
        this.receivedGroups = new PageBitmap(((pageCount - 1) >>> GROUP_SHIFT) + 1);
    }

    public String idstr() {
        return idstr;
    }

    /** Position among the blocks of the guest. */
    public int index() {
        return index;
    }

    /** Guest-wide number of the block's first page: blocks are numbered through in their order. */
    public long firstPage() {
        return firstPage;
    }

    public long lengthBytes() {
        return pageCount << PAGE_SHIFT;
    }

    public long pageCount() {
        return pageCount;
    }

    /** What the host backs the block with: {@link #PAGE_SIZE}, or the size of a huge page. */
    public long pageSizeBytes() {
        return pageSizeBytes;
    }

    /** Pages of the guest in one page of the host: 1, or 512 for huge pages of 2 MiB. */
    public int pagesPerHostPage() {
        return (int) (pageSizeBytes >>> PAGE_SHIFT);
    }

    /** The first page of the host page that a page lies in. */
    public long hostPageOf(long page) {
        return page & -pagesPerHostPage();
    }

    /**
     * The memory itself. Whoever stores through it calls {@link #willStore} and {@link #stored}.
     */
    public MemorySegment segment() {
        return segment;
    }

    /** Pages stored to by the guest since the log was last harvested. */
    public PageBitmap dirtyLog() {
        return dirtyLog;
    }

    /** Pages that may hold something but zeros. Bits are only ever set. */
    public PageBitmap populated() {
        return populated;
    }

    /** Destination: pages that have been placed completely. */
    public PageBitmap received() {
        return received;
    }

    /** Destination: the number that {@link #publish} notes down from now on. */
    void receivingPass(int pass) {
        receivingPass = (byte) Math.min(pass, HIGHEST_PASS);
    }

    /**
     * Destination: the pass in which a page last came, 0 when it never did; 255 means 255 or later.
     */
    public int receivedPass(long page) {
        return Byte.toUnsignedInt(passOfPage.get(ValueLayout.JAVA_BYTE, page));
    }

    /**
     * Announces a store to a page. Must precede the store, so that a page is never taken for zeros
     * while it holds data.
     */
    public void willStore(long page) {
        int word = (int) (page >>> 6);
        long before = populated.word(word);
        if ((before & 1L << page) == 0) {
            if (before == 0) {
                allocateAhead(word);
            }
            populated.setSticky(page);
        }
    }

    /** The same for pages that follow each other. */
    public void willStore(long fromPage, long toPage) {
        for (long page = fromPage; page < toPage; page++) {
            willStore(page);
        }
    }

    /** Marks a page dirty. Must follow the store. */
    public void stored(long page) {
        dirtyLog.set(page);
        PageBitmap second = watch;
        if (second != null) {
            second.set(page);
        }
    }

    /**
     * Begins to log stores for a second reader, which leaves {@link #dirtyLog} to the migration.
     * One at a time: an earlier log ends.
     *
     * @return the pages stored to from now on
     */
    public PageBitmap watchStores() {
        PageBitmap fresh = new PageBitmap(pageCount);
        watch = fresh;
        return fresh;
    }

    /** Ends the second log. */
    public void unwatchStores() {
        watch = null;
    }

    /**
     * True when every byte of the page is zero; needs no memory access for a page never stored to.
     */
    public boolean isZero(long page) {
        return !populated.get(page) || content.holdsZeros(page);
    }

    /**
     * Makes a page all zeros, without allocating it when it already is, and without noting it as
     * received from a peer.
     */
    public void loadZeros(long page) {
        if (populated.get(page) && !content.holdsZeros(page)) {
            content.fill(page, (byte) 0);
        }
    }

    /** Sets every byte of a page without noting it as received from a peer. */
    public void fill(long page, byte value) {
        willStore(page);
        content.fill(page, value);
    }

    /**
     * Takes exactly one page of {@code in} as the content of a page, without noting it as received
     * from a peer.
     */
    public void load(long page, PageSource in) {
        willStore(page);
        content.load(page, in);
    }

    /** The same for a page that somebody waits for: nothing is allocated beyond it. */
    public void loadAlone(long page, PageSource in) {
        populated.setSticky(page);
        content.load(page, in);
    }

    /**
     * Stores a part of a page without noting it as received from a peer.
     *
     * @param at where the part begins in the page
     * @param index of its first byte in {@code source}, which is left as it is
     */
    public void change(long page, int at, PageSource source, int index, int lengthBytes) {
        Objects.checkFromIndexSize(at, lengthBytes, PAGE_SIZE);
        Objects.checkFromIndexSize(index, lengthBytes, source.bytes().writerIndex());
        willStore(page);
        content.change((page << PAGE_SHIFT) + at, source, index, lengthBytes);
    }

    /**
     * Destination: notes pages as received, all of whose content has been loaded. For many at once,
     * since it waits for the stores of the content.
     */
    public void publish(long fromPage, long toPage) {
        for (long page = fromPage; page < toPage; page++) {
            passOfPage.set(ValueLayout.JAVA_BYTE, page, receivingPass);
        }
        received.setRange(fromPage, toPage);
        for (long group = fromPage >>> GROUP_SHIFT; group << GROUP_SHIFT < toPage; group++) {
            receivedGroups.setSticky(group);
        }
    }

    /**
     * Destination: forgets pages that are out of date; they are missing until they are placed. What
     * they hold is left alone, since nobody looks at a missing page; see {@link #zeroMissing}.
     *
     * @return in how many groups of 4096 pages it had to look
     */
    public int discard(long fromPage, long toPage) {
        Objects.checkFromToIndex(fromPage, toPage, pageCount);
        int groups = 0;
        long from = fromPage;
        while (from < toPage) {
            long group = receivedGroups.nextSet(from >>> GROUP_SHIFT);
            if (group < 0 || group << GROUP_SHIFT >= toPage) {
                break;
            }
            long first = group << GROUP_SHIFT;
            long end = Math.min(first + (1L << GROUP_SHIFT), pageCount);
            if (from <= first && end <= toPage) {
                receivedGroups.clear(group);
            }
            received.clearRange(Math.max(from, first), Math.min(end, toPage));
            from = end;
            groups++;
        }
        return groups;
    }

    /** Destination: nothing more will come; what is missing reads as zeros from now on. */
    public void zeroMissing() {
        for (int word = 0; word < received.wordCount(); word++) {
            long missing = ~received.word(word) & populated.word(word);
            for (; missing != 0; missing &= missing - 1) {
                loadZeros(((long) word << 6) + Long.numberOfTrailingZeros(missing));
            }
        }
    }

    /** Gives the host's memory for pages back; they hold zeros from now on. */
    public void release(long fromPage, long toPage) {
        if (toPage > fromPage) {
            HostMemory.discard(segment, fromPage << PAGE_SHIFT, (toPage - fromPage) << PAGE_SHIFT);
        }
    }

    /**
     * Copies a page out.
     *
     * @param target memory that is not this block's
     */
    public void copyPage(long page, MemorySegment target, long targetOffset) {
        content.copyPage(page, target, targetOffset);
    }

    /** What it holds, without note of what is stored. */
    public BlockContent content() {
        return content;
    }

    /**
     * First touch of a run of 64 pages right after a run in nearly full use: content is being
     * written in order, and the kernel is asked for more than one page at once. Huge pages were no
     * faster and would inflate a sparse guest up to 512 times.
     */
    private void allocateAhead(int word) {
        if (word > 0 && Long.bitCount(populated.word(word - 1)) >= DENSE_PAGES) {
            allocation.reached(word * AllocationAhead.STEP_BYTES);
        }
    }

    /** Before the memory is unmapped. */
    void close() {
        allocation.close();
    }
}
