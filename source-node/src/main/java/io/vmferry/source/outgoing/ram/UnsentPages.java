package io.vmferry.source.outgoing.ram;

import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.HostPages;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.protocol.returnpath.ReceivedBitmap;
import java.util.List;
import java.util.Optional;

/**
 * The pages of a guest that are still to be sent, block by block: what the guest had dirtied by the
 * last dirty sync. Confined to the engine's loop.
 */
public final class UnsentPages {

    private record UnsentBlock(RamBlock ram, DirtyBitmap dirty) {}

    private final List<UnsentBlock> blocks;

    UnsentPages(GuestRam ram) {
        blocks =
                ram.blocks().stream()
                        .map(block -> new UnsentBlock(block, new DirtyBitmap(block.pageCount())))
                        .toList();
    }

    /** All pages are to be sent: the state at the start of a migration. */
    public void addAll() {
        for (UnsentBlock b : blocks) {
            b.ram.dirtyLog().clearAll();
            b.dirty.setAll();
        }
    }

    /** Merges the guest's dirty log; returns how many pages became dirty. */
    public long sync() {
        long added = 0;
        for (UnsentBlock b : blocks) {
            added += b.dirty.mergeAndClear(b.ram.dirtyLog());
        }
        return added;
    }

    public long count() {
        long sum = 0;
        for (UnsentBlock b : blocks) {
            sum += b.dirty.dirtyPages();
        }
        return sum;
    }

    public long bytes() {
        return count() << RamBlock.PAGE_SHIFT;
    }

    /** Sets the unsent pages of a block, for a recovery: all that were not received. */
    public void recover(RamBlock block, ReceivedBitmap received) {
        of(block).complement(received);
    }

    /** The pages of pending discards, block by block; a copy. */
    public List<DirtyRuns> pendingDiscards() {
        return blocks.stream().map(b -> new DirtyRuns(b.ram, b.dirty.unlisted())).toList();
    }

    /** Notes that discards were sent for all pages that are dirty now. */
    public void discardsSent() {
        blocks.forEach(b -> b.dirty.list());
    }

    /** A host page that is dirty in part becomes dirty as a whole. */
    void completeHostPages() {
        for (UnsentBlock b : blocks) {
            int pages = b.ram.pagesPerHostPage();
            long page = pages > 1 ? b.dirty.nextDirty(0) : -1;
            while (page >= 0) {
                long first = b.ram.hostPageOf(page);
                for (long each = first; each < first + pages; each++) {
                    b.dirty.set(each);
                }
                page = b.dirty.nextDirty(first + pages);
            }
        }
    }

    /** The first host page of a range that has something still to be sent. */
    Optional<HostPages> nextDirty(RamBlock block, long fromPage, long toPage) {
        long page = of(block).nextDirty(fromPage, toPage);
        return page < 0
                ? Optional.empty()
                : Optional.of(new HostPages(block, block.hostPageOf(page)));
    }

    /** The bitmap of a block. */
    DirtyBitmap of(RamBlock block) {
        return blocks.get(block.index()).dirty;
    }

    /** The number of bitmap words read in search of dirty pages. */
    long wordsLookedAt() {
        return blocks.stream().mapToLong(b -> b.dirty.wordsLookedAt()).sum();
    }
}
