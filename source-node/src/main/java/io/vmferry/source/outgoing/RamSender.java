package io.vmferry.source.outgoing;

import io.netty.buffer.ByteBuf;
import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.protocol.ram.RamBlockEntry;
import io.vmferry.protocol.ram.RamBlockName;
import io.vmferry.protocol.ram.RamFlags;
import io.vmferry.protocol.ram.RamWriter;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Sends guest RAM as page records: walks the dirty bitmaps block by block, round and round, and
 * fills batches straight from guest memory. QEMU's {@code ram_find_and_save_block}.
 */
final class RamSender {

    /** Room that one page record can need: header, block name and page. */
    static final int MAX_RECORD_BYTES = 8 + 256 + RamFlags.PAGE_SIZE;

    private record Block(RamBlock ram, RamBlockName name, DirtyBitmap dirty) {}

    private final List<Block> blocks = new ArrayList<>();
    private final RamWriter writer = new RamWriter();
    private final OutgoingCounters counters;
    private final boolean detectZeroPages;
    private int block;
    private long position;

    RamSender(GuestRam ram, boolean detectZeroPages, OutgoingCounters counters) {
        for (RamBlock ramBlock : ram.blocks()) {
            DirtyBitmap dirty = new DirtyBitmap(ramBlock.pageCount());
            blocks.add(new Block(ramBlock, new RamBlockName(ramBlock.idstr()), dirty));
        }
        this.detectZeroPages = detectZeroPages;
        this.counters = counters;
    }

    /** Writes the setup payload: total size, block list, end of section. All pages become dirty. */
    void setup(ByteBuf out) {
        List<RamBlockEntry> entries = new ArrayList<>();
        for (Block b : blocks) {
            b.ram.dirtyLog().clearAll();
            b.dirty.setAll();
            entries.add(RamBlockEntry.of(b.ram.idstr(), b.ram.lengthBytes()));
        }
        writer.setup(out, entries);
        writer.eos(out);
    }

    /** Merges the guest's dirty log; returns how many pages became dirty. */
    long sync() {
        long added = 0;
        for (Block b : blocks) {
            added += b.dirty.mergeAndClear(b.ram.dirtyLog());
        }
        return added;
    }

    long dirtyPages() {
        long sum = 0;
        for (Block b : blocks) {
            sum += b.dirty.dirtyPages();
        }
        return sum;
    }

    /**
     * Appends page records until the buffer holds {@code maxBytes} more or no dirty page is left.
     *
     * @return true when no dirty page is left
     */
    boolean fill(ByteBuf out, int maxBytes) {
        int end = Math.min(out.writerIndex() + maxBytes, out.capacity()) - MAX_RECORD_BYTES;
        MemorySegment target = MemorySegment.ofBuffer(out.internalNioBuffer(0, out.capacity()));
        for (int blocksWithoutDirty = 0; blocksWithoutDirty <= blocks.size(); ) {
            Block b = blocks.get(block);
            if (fillFrom(b, out, target, end)) {
                blocksWithoutDirty++;
                position = 0;
                block = (block + 1) % blocks.size();
            } else {
                return dirtyPages() == 0;
            }
        }
        return true;
    }

    /** Sends from one block; true when the block has no dirty page after the position. */
    private boolean fillFrom(Block b, ByteBuf out, MemorySegment target, int end) {
        long zero = 0;
        long normal = 0;
        boolean exhausted = false;
        while (out.writerIndex() <= end) {
            long page = b.dirty.nextDirty(position);
            if (page < 0) {
                exhausted = true;
                break;
            }
            b.dirty.clear(page);
            position = page + 1;
            long offset = page * RamFlags.PAGE_SIZE;
            if (detectZeroPages && b.ram.isZero(page)) {
                writer.zeroPage(out, b.name, offset);
                zero++;
            } else {
                writer.pageHeader(out, b.name, offset);
                b.ram.copyPage(page, target, out.writerIndex());
                out.writerIndex(out.writerIndex() + RamFlags.PAGE_SIZE);
                normal++;
            }
        }
        counters.zeroPages += zero;
        counters.normalPages += normal;
        return exhausted;
    }

    void eos(ByteBuf out) {
        writer.eos(out);
    }

    long totalBytes() {
        long sum = 0;
        for (Block b : blocks) {
            sum += b.ram.lengthBytes();
        }
        return sum;
    }
}
