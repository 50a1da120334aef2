package io.vmferry.source.outgoing.ram;

import io.vmferry.machine.memory.RamBlock;
import io.vmferry.protocol.stream.Command;
import java.util.ArrayList;
import java.util.List;

/**
 * The pages of a block that are out of date at the destination, as maximal runs for discards. They
 * are read from the bitmap step by step, since there may be very many.
 */
public final class DirtyRuns {

    private final RamBlock block;
    private final DirtyBitmap pages;
    private long from;

    DirtyRuns(RamBlock block, DirtyBitmap pages) {
        this.block = block;
        this.pages = pages;
        this.from = pages.nextDirty(0);
    }

    public RamBlock block() {
        return block;
    }

    public long pages() {
        return pages.dirtyPages();
    }

    /** How many runs there are in all. */
    public long count() {
        return pages.runs();
    }

    /** Whether all were given. */
    public boolean done() {
        return from < 0;
    }

    /** The next runs, in bytes of the block. */
    public List<Command.Range> next(int most) {
        List<Command.Range> ranges = new ArrayList<>();
        while (from >= 0 && ranges.size() < most) {
            long to = pages.nextClean(from);
            ranges.add(
                    new Command.Range(
                            from << RamBlock.PAGE_SHIFT, (to - from) << RamBlock.PAGE_SHIFT));
            from = pages.nextDirty(to);
        }
        return ranges;
    }
}
