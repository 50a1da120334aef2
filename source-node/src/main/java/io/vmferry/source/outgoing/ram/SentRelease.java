package io.vmferry.source.outgoing.ram;

import io.vmferry.machine.memory.RamBlock;

/**
 * Gives the memory of pages back once they are sent, neighbours together. What capability {@code
 * release-ram} asks for; without it nothing happens.
 */
final class SentRelease {

    private boolean on;
    private RamBlock block;
    private long from;
    private long to;

    void begin() {
        on = true;
    }

    /** Gives back what of a block was sent before. */
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

    /** Gives back what has been collected. */
    void flush() {
        if (block != null) {
            block.release(from, to);
            block = null;
        }
    }
}
