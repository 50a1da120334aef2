package io.vmferry.source.outgoing.ram;

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
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Writes pages as records into batches for one link, directly from guest memory. Each link has its
 * own, which remembers the block that was named on it last.
 */
public final class RecordOutput implements PageOutput {

    private static final String NO_BATCH = "Records are written between into and flush";

    /** The number of pages sent on all links. Confined to the engine's loop. */
    public static final class PageCounts {

        public long zeroPages;
        public long normalPages;

        /** Pages that were sent as their difference to what was sent before. */
        public long deltaPages;

        /** Pages that XBZRLE has found in its cache, sent in whatever form or not at all. */
        public long cachedPages;

        /** All pages as QEMU counts them for its rate: one that did not shrink counts twice. */
        public long all() {
            return zeroPages + normalPages + cachedPages;
        }

        /** All pages that were sent. */
        public long sent() {
            return zeroPages + normalPages + deltaPages;
        }
    }

    /** Room that one page record can need: header, block name and page. */
    public static final int MAX_RECORD_BYTES = 8 + 256 + RamFlags.PAGE_SIZE;

    /** Size of the mark after the last page record of a section. */
    public static final int EOS_BYTES = 8;

    private final GuestRam ram;
    private final RamBlockName[] names;
    private final boolean detectZeroPages;
    private final PageCounts counts;
    private final RamWriter writer = new RamWriter();
    private int reserveBytes = MAX_RECORD_BYTES;

    private @Nullable ByteBuf batch;
    private @Nullable MemorySegment target;

    /** Where in the batch the last record may begin. */
    private int end;

    public RecordOutput(GuestRam ram, boolean detectZeroPages, PageCounts counts) {
        this.ram = ram;
        this.names =
                ram.blocks().stream()
                        .map(block -> new RamBlockName(block.idstr()))
                        .toArray(RamBlockName[]::new);
        this.detectZeroPages = detectZeroPages;
        this.counts = counts;
    }

    /** Creates an output for another link. */
    public RecordOutput another() {
        return new RecordOutput(ram, detectZeroPages, counts);
    }

    /** Room that the records of a host page can need. */
    public static int recordsBytes(RamBlock block) {
        int pages = block.pagesPerHostPage();
        return (pages - 1) * (RamFlags.PAGE_SIZE + RamWriter.PAGE_HEADER_BYTES) + MAX_RECORD_BYTES;
    }

    /** Room that a batch needs beyond its size, so that a host page is never split. */
    public int reserveBytes() {
        return reserveBytes;
    }

    /** From now on host pages come whole. The next record names its block. */
    public void enterPostcopy() {
        int hostPageBytes =
                ram.blocks().stream().mapToInt(RecordOutput::recordsBytes).max().orElseThrow();
        reserveBytes = MAX_RECORD_BYTES + hostPageBytes;
        writer.forgetBlock();
    }

    /** Writes into a batch from now on, at most so many bytes, up to {@link #flush}. */
    public RecordOutput into(ByteBuf out, int maxBytes) {
        batch = out;
        target = MemorySegment.ofBuffer(out.internalNioBuffer(0, out.capacity()));
        end = Math.min(out.writerIndex() + maxBytes, out.capacity()) - reserveBytes;
        return this;
    }

    @Override
    public boolean takesMore() {
        return batch().writerIndex() <= end;
    }

    @Override
    public void write(RamBlock block, long page) {
        if (!writeZeros(block, page)) {
            ByteBuf out = begin(block, page);
            block.copyPage(page, Objects.requireNonNull(target, NO_BATCH), out.writerIndex());
            out.writerIndex(out.writerIndex() + RamFlags.PAGE_SIZE);
        }
    }

    /** Writes a page that is known to be zeros. */
    void zeroPage(RamBlock block, long page) {
        writer.zeroPage(batch(), names[block.index()], page * RamFlags.PAGE_SIZE);
        counts.zeroPages++;
    }

    /** Writes a page if it holds zeros and these are looked for; else the caller writes it. */
    boolean writeZeros(RamBlock block, long page) {
        boolean zeros = detectZeroPages && block.isZero(page);
        if (zeros) {
            zeroPage(block, page);
        }
        return zeros;
    }

    /** Writes a page with a content that was copied before. */
    void writeContent(RamBlock block, long page, MemorySegment content) {
        ByteBuf out = begin(block, page);
        MemorySegment.copy(
                content,
                0,
                Objects.requireNonNull(target, NO_BATCH),
                out.writerIndex(),
                RamFlags.PAGE_SIZE);
        out.writerIndex(out.writerIndex() + RamFlags.PAGE_SIZE);
    }

    /** Writes a page as its difference to what was sent before; returns the size of the record. */
    int writeDelta(RamBlock block, long page, byte[] encoded, int lengthBytes) {
        ByteBuf out = batch();
        int start = out.writerIndex();
        writer.delta(out, names[block.index()], page * RamFlags.PAGE_SIZE, encoded, lengthBytes);
        counts.deltaPages++;
        return out.writerIndex() - start;
    }

    private ByteBuf begin(RamBlock block, long page) {
        ByteBuf out = batch();
        writer.pageHeader(out, RamFlags.PAGE, names[block.index()], page * RamFlags.PAGE_SIZE);
        counts.normalPages++;
        return out;
    }

    /** What records are appended to, between {@link #into} and {@link #flush}. */
    ByteBuf batch() {
        return Objects.requireNonNull(batch, NO_BATCH);
    }

    @Override
    public void flush() {
        batch = null;
        target = null;
    }

    /**
     * Writes the setup payload: total size, block list, end of section.
     *
     * @param pageSizes whether sizes of huge pages are listed, as they are after POSTCOPY_ADVISE
     */
    public void setup(ByteBuf out, boolean pageSizes) {
        blocks(out, pageSizes);
        writer.eos(out);
    }

    /** Writes the setup payload without its end. */
    public void blocks(ByteBuf out, boolean pageSizes) {
        List<RamBlockEntry> entries = new ArrayList<>();
        for (RamBlock block : ram.blocks()) {
            boolean huge = pageSizes && block.pageSizeBytes() != RamFlags.PAGE_SIZE;
            entries.add(
                    new RamBlockEntry(
                            block.idstr(),
                            block.lengthBytes(),
                            huge ? OptionalLong.of(block.pageSizeBytes()) : OptionalLong.empty(),
                            OptionalLong.empty()));
        }
        writer.setup(out, entries);
    }

    /** Appends the end of what a section holds, or of all that comes on a link of its own. */
    public void eos(ByteBuf out) {
        writer.eos(out);
    }

    /** Appends the order to wait for the multifd channels. */
    public void multifdFlush(ByteBuf out) {
        writer.multifdFlush(out);
    }

    /** Makes the next record name its block. */
    public void forgetBlock() {
        writer.forgetBlock();
    }
}
