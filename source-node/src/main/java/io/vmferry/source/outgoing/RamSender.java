package io.vmferry.source.outgoing;

import io.netty.buffer.ByteBuf;
import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.protocol.ram.RamBlockEntry;
import io.vmferry.protocol.ram.RamBlockName;
import io.vmferry.protocol.ram.RamFlags;
import io.vmferry.protocol.ram.RamWriter;
import io.vmferry.protocol.returnpath.ReceivedBitmap;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Sends guest RAM as page records: walks the dirty bitmaps block by block, round and round, and
 * fills batches straight from guest memory. QEMU's {@code ram_find_and_save_block}.
 */
final class RamSender {

    /** Room that one page record can need: header, block name and page. */
    static final int MAX_RECORD_BYTES = 8 + 256 + RamFlags.PAGE_SIZE;

    /**
     * The mark behind the last page record of a section, which is not counted as RAM at the end.
     */
    static final int EOS_BYTES = 8;

    private record Block(RamBlock ram, RamBlockName name, DirtyBitmap dirty) {}

    private final List<Block> blocks = new ArrayList<>();
    private final RamWriter writer = new RamWriter();
    private final OutgoingCounters counters;
    private final boolean detectZeroPages;
    private final SentRelease release = new SentRelease();
    private int block;
    private long position;
    private boolean wholeHostPages;
    private int reserveBytes = MAX_RECORD_BYTES;

    RamSender(GuestRam ram, boolean detectZeroPages, OutgoingCounters counters) {
        for (RamBlock ramBlock : ram.blocks()) {
            DirtyBitmap dirty = new DirtyBitmap(ramBlock.pageCount());
            blocks.add(new Block(ramBlock, new RamBlockName(ramBlock.idstr()), dirty));
        }
        this.detectZeroPages = detectZeroPages;
        this.counters = counters;
    }

    /**
     * Writes the setup payload: total size, block list, end of section. All pages become dirty.
     *
     * @param pageSizes whether sizes of huge pages are listed, as they are after POSTCOPY_ADVISE
     */
    void setup(ByteBuf out, boolean pageSizes) {
        List<RamBlockEntry> entries = new ArrayList<>();
        for (Block b : blocks) {
            b.ram.dirtyLog().clearAll();
            b.dirty.setAll();
            boolean huge = pageSizes && b.ram.pageSizeBytes() != RamFlags.PAGE_SIZE;
            entries.add(
                    new RamBlockEntry(
                            b.ram.idstr(),
                            b.ram.lengthBytes(),
                            huge ? OptionalLong.of(b.ram.pageSizeBytes()) : OptionalLong.empty(),
                            OptionalLong.empty()));
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

    // ---- postcopy

    /**
     * From now on host pages travel whole: one that is dirty in part is dirty as a whole. The next
     * record names its block.
     */
    void enterPostcopy() {
        wholeHostPages = true;
        reserveBytes =
                MAX_RECORD_BYTES
                        + blocks.stream().mapToInt(b -> recordsBytes(b.ram)).max().orElseThrow();
        restartScan();
        for (Block b : blocks) {
            if (b.ram.pagesPerHostPage() > 1) {
                dirtyWholeHostPages(b);
            }
        }
    }

    private static void dirtyWholeHostPages(Block b) {
        long page = b.dirty.nextDirty(0);
        while (page >= 0) {
            long first = b.ram.hostPageOf(page);
            long end = first + b.ram.pagesPerHostPage();
            for (long each = first; each < end; each++) {
                b.dirty.set(each);
            }
            page = b.dirty.nextDirty(end);
        }
    }

    /** What the destination has to forget and has not been told of: a copy, block by block. */
    List<DirtyRuns> untold() {
        return blocks.stream().map(b -> new DirtyRuns(b.ram, b.dirty.unlisted())).toList();
    }

    /** The destination is told of all that is dirty now. */
    void told() {
        blocks.forEach(b -> b.dirty.list());
    }

    /** After a break: the bitmap of a block is the complement of what was received. */
    void recover(RamBlock ramBlock, ReceivedBitmap received) {
        blocks.get(ramBlock.index()).dirty.complement(received);
    }

    /** After a break: scans from the beginning, and the next record names its block. */
    void restartScan() {
        block = 0;
        position = 0;
        writer.forgetBlock();
    }

    /** The first host page of a range that has something still to be sent. */
    Optional<HostPage> nextDirty(RamBlock ramBlock, long fromPage, long toPage) {
        long page = blocks.get(ramBlock.index()).dirty.nextDirty(fromPage, toPage);
        return page < 0
                ? Optional.empty()
                : Optional.of(new HostPage(ramBlock, ramBlock.hostPageOf(page)));
    }

    /** How many words of bitmaps were looked at in search of dirty pages. */
    long wordsLookedAt() {
        return blocks.stream().mapToLong(b -> b.dirty.wordsLookedAt()).sum();
    }

    /** Appends a host page ahead of its turn; the scan goes on behind it. */
    void send(ByteBuf out, HostPage page) {
        block = page.block().index();
        position = page.firstPage();
        write(out, page, writer);
        position = page.firstPage() + page.block().pagesPerHostPage();
    }

    /** Appends a host page for another channel, which has a continuation of its own. */
    void write(ByteBuf out, HostPage page, RamWriter channel) {
        Block b = blocks.get(page.block().index());
        MemorySegment target = memory(out);
        long end = page.firstPage() + page.block().pagesPerHostPage();
        long each = b.dirty.nextDirty(page.firstPage(), end);
        while (each >= 0) {
            writePage(b, each, out, target, channel);
            each = b.dirty.nextDirty(each + 1, end);
        }
        release.flush();
    }

    /** Room that a batch needs beyond its size, so that a host page is never split. */
    int reserveBytes() {
        return reserveBytes;
    }

    /** Room that the records of a host page can need. */
    static int recordsBytes(RamBlock ramBlock) {
        int pages = ramBlock.pagesPerHostPage();
        return (pages - 1) * (RamFlags.PAGE_SIZE + RamWriter.PAGE_HEADER_BYTES) + MAX_RECORD_BYTES;
    }

    /** Capability {@code release-ram}: memory is given back as soon as it is sent. */
    void releaseSent() {
        release.begin();
        for (Block b : blocks) {
            long from = b.dirty.nextClean(0);
            while (from < b.ram.pageCount()) {
                long next = b.dirty.nextDirty(from);
                long to = next < 0 ? b.ram.pageCount() : next;
                b.ram.release(from, to);
                from = b.dirty.nextClean(to);
            }
        }
    }

    // ---- the scan

    /**
     * Appends page records until the buffer holds {@code maxBytes} more or no dirty page is left.
     *
     * @return true when no dirty page is left
     */
    boolean fill(ByteBuf out, int maxBytes) {
        int end = Math.min(out.writerIndex() + maxBytes, out.capacity()) - reserveBytes();
        MemorySegment target = memory(out);
        for (int blocksWithoutDirty = 0; blocksWithoutDirty <= blocks.size(); ) {
            Block b = blocks.get(block);
            if (fillFrom(b, out, target, end)) {
                blocksWithoutDirty++;
                position = 0;
                block = (block + 1) % blocks.size();
            } else {
                release.flush();
                return dirtyPages() == 0;
            }
        }
        release.flush();
        return true;
    }

    private static MemorySegment memory(ByteBuf out) {
        return MemorySegment.ofBuffer(out.internalNioBuffer(0, out.capacity()));
    }

    /** Sends from one block; true when the block has no dirty page after the position. */
    private boolean fillFrom(Block b, ByteBuf out, MemorySegment target, int end) {
        while (out.writerIndex() <= end || insideHostPage(b)) {
            long page = b.dirty.nextDirty(position);
            if (page < 0) {
                return true;
            }
            writePage(b, page, out, target, writer);
            position = page + 1;
        }
        return false;
    }

    private boolean insideHostPage(Block b) {
        return wholeHostPages && (position & (b.ram.pagesPerHostPage() - 1)) != 0;
    }

    private void writePage(
            Block b, long page, ByteBuf out, MemorySegment target, RamWriter channel) {
        b.dirty.clear(page);
        long offset = page * RamFlags.PAGE_SIZE;
        if (detectZeroPages && b.ram.isZero(page)) {
            channel.zeroPage(out, b.name, offset);
            counters.zeroPages++;
        } else {
            channel.pageHeader(out, b.name, offset);
            b.ram.copyPage(page, target, out.writerIndex());
            out.writerIndex(out.writerIndex() + RamFlags.PAGE_SIZE);
            counters.normalPages++;
        }
        release.sent(b.ram, page);
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
