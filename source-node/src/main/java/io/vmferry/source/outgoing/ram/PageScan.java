package io.vmferry.source.outgoing.ram;

import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.HostPages;
import io.vmferry.machine.memory.RamBlock;
import java.util.List;
import java.util.Optional;

/**
 * Chooses the page to be sent next: first the requested ones, then the dirty ones, block by block
 * in a loop. QEMU's {@code ram_find_and_save_block}.
 *
 * <p>A page that is given counts as sent. How it is sent is the matter of a {@link PageOutput}.
 */
public final class PageScan {

    /** Pages of one search: 16 GiB, which takes far less time than a batch. */
    static final long LOOK_PAGES = 4 << 20;

    private final List<RamBlock> blocks;
    private final UnsentPages unsent;
    private final RequestedPages requested;
    private final SentRelease release = new SentRelease();
    private PageGiven listener = (block, page) -> {};

    /** Pages that one search covers. */
    private final long lookPages;

    /** Whether one search covers all of RAM. */
    private final boolean looksAround;

    private boolean wholeHostPages;

    /** Whether the search has begun again at the first page, and no output knows it yet. */
    private boolean roundEnded;

    private int block;
    private long position;

    public PageScan(GuestRam ram) {
        this.blocks = ram.blocks();
        this.unsent = new UnsentPages(ram);
        this.requested = new RequestedPages(ram, unsent);
        long all = blocks.stream().mapToLong(RamBlock::pageCount).sum();
        this.lookPages = Math.min(LOOK_PAGES, all);
        this.looksAround = lookPages == all;
    }

    public UnsentPages unsent() {
        return unsent;
    }

    /** The requests of the destination. */
    public RequestedPages requested() {
        return requested;
    }

    /**
     * Sets who is told of each page that an output has taken, which copies it at once; so do not
     * the channels of multifd.
     */
    public void whenGiven(PageGiven next) {
        listener = next;
    }

    /** Starts postcopy: host pages are given whole, from the beginning of RAM on. */
    public void enterPostcopy() {
        wholeHostPages = true;
        unsent.completeHostPages();
        restart();
    }

    public void restart() {
        block = 0;
        position = 0;
    }

    /** Starts to release memory: sent pages at once, others as soon as they are sent. */
    public void releaseSent() {
        release.begin();
        blocks.forEach(b -> release.clean(b, unsent.of(b)));
    }

    /** The next requested host page, which is to be given before all others. */
    public Optional<HostPages> nextRequested() {
        return requested.next();
    }

    /** Gives the unsent pages of a requested host page. */
    public void give(HostPages page, PageOutput output) {
        long end = page.end();
        long next = unsent.of(page.block()).nextDirty(page.firstPage(), end);
        if (next >= 0) {
            give(page.block(), next, end, end, output);
        }
        finish(output);
    }

    /** Continues the scan after a requested page. */
    public void continueAfter(HostPages page) {
        block = page.block().index();
        position = page.end();
    }

    /**
     * Gives dirty pages until the output is full, or the search finds no other one. Requested pages
     * have to be given before.
     *
     * @return whether none is left
     */
    public boolean give(PageOutput output) {
        boolean found = true;
        while (found && output.takesMore()) {
            found = find();
            tellEndOfRound(output);
            if (found) {
                RamBlock here = blocks.get(block);
                long limit = Math.min(position + LOOK_PAGES, here.pageCount());
                position = give(here, position, position, limit, output);
            }
        }
        finish(output);
        return unsent.count() == 0 || (!found && looksAround);
    }

    private void tellEndOfRound(PageOutput output) {
        if (roundEnded) {
            roundEnded = false;
            output.roundEnded();
        }
    }

    /**
     * Gives the dirty pages of a range while the output has room.
     *
     * @param first the first one
     * @param granted up to where the output is not asked whether it takes more
     * @return the page after the last one given
     */
    private long give(RamBlock here, long first, long granted, long limit, PageOutput output) {
        DirtyBitmap dirty = unsent.of(here);
        int together = wholeHostPages ? here.pagesPerHostPage() : 1;
        long end = granted;
        long next = first;
        for (long page = first;
                page >= 0 && (page < end || output.takesMore());
                page = dirty.nextDirty(next, limit)) {
            if (page >= end) {
                end = (page & -together) + together;
            }
            dirty.clear(page);
            output.write(here, page);
            release.sent(here, page);
            listener.given(here, page);
            next = page + 1;
        }
        return next;
    }

    private void finish(PageOutput output) {
        output.flush();
        release.flush();
    }

    /**
     * Searches for the next dirty page, over {@link #LOOK_PAGES} or all of RAM at most.
     *
     * @return false when the next look is to go on from here; true also when all of RAM has none
     */
    public boolean look() {
        return find() || looksAround;
    }

    private boolean find() {
        for (long left = lookPages; left > 0 && unsent.count() > 0; ) {
            RamBlock here = blocks.get(block);
            long end = Math.min(position + left, here.pageCount());
            long page = unsent.of(here).nextDirty(position, end);
            if (page >= 0) {
                position = page;
                return true;
            }
            left -= end - position;
            position = end;
            if (end == here.pageCount()) {
                position = 0;
                block = (block + 1) % blocks.size();
                roundEnded |= block == 0;
            }
        }
        return false;
    }
}
