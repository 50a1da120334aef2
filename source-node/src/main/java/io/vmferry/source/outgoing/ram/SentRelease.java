package io.vmferry.source.outgoing.ram;

import io.vmferry.machine.memory.RamBlock;
import org.jspecify.annotations.Nullable;

/** Releases the memory of sent pages, neighbours together (capability {@code release-ram}). */
final class SentRelease {

    private boolean on;
    private @Nullable RamBlock block;
    private long from;
    private long to;

    void begin() {
        on = true;
    }

    /** Releases the pages of a block that were sent before. */
    void clean(RamBlock cleanBlock, DirtyBitmap dirty) {
        long next = dirty.nextClean(0);
        while (next < cleanBlock.pageCount()) {
            long dirtied = dirty.nextDirty(next);
            long end = dirtied < 0 ? cleanBlock.pageCount() : dirtied;
            cleanBlock.release(next, end);
            next = dirty.nextClean(end);
        }
    }

    void sent(RamBlock sentBlock, long page) {
        if (!on) {
            return;
        }
        if (sentBlock != block || page != to) {
            flush();
            block = sentBlock;
            from = page;
        }
        to = page + 1;
    }

    /** Releases the pages collected so far. */
    void flush() {
        if (block != null) {
            block.release(from, to);
            block = null;
        }
    }
}
