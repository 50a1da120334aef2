package io.vmferry.source.outgoing.ram;

import io.netty.buffer.ByteBuf;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.protocol.ram.RamFlags;
import io.vmferry.protocol.ram.RamWriter;
import io.vmferry.protocol.ram.XbzrleEncoder;
import io.vmferry.source.outgoing.ram.RecordOutput.PageCounts;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes pages that the destination has as their difference to what was sent of them last, all
 * others as records of their own (capability {@code xbzrle}, QEMU's {@code save_xbzrle_page}). It
 * begins when the scan has gone over all of RAM once. The cache holds exactly what was sent,
 * whatever the guest stores meanwhile.
 */
public final class XbzrleOutput implements PageOutput {

    /** QEMU's text for a cache that cannot be had. */
    public static final String NO_CACHE = "Failed to allocate page cache";

    /** The most pages of one go: that of a page that has not changed writes nothing. */
    private static final int MOST_PAGES = 4096;

    private final RecordOutput records;
    private final PageCounts counts;
    private final XbzrleCounters counters;
    private final LongSupplier passes;
    private final XbzrleEncoder encoder = new XbzrleEncoder();

    /** The page at hand as it is sent, and what was sent of it before. */
    private final byte[] now = new byte[RamFlags.PAGE_SIZE];

    private final byte[] before = new byte[RamFlags.PAGE_SIZE];
    private final MemorySegment current = MemorySegment.ofArray(now);

    private @Nullable XbzrleCache cache;
    private boolean started;
    private boolean lastStage;
    private int leftPages;

    /**
     * Writes as records until {@link #begin}.
     *
     * @param passes the number of dirty syncs so far, which is the age of a page
     */
    public XbzrleOutput(
            RecordOutput records, PageCounts counts, XbzrleCounters counters, LongSupplier passes) {
        this.records = records;
        this.counts = counts;
        this.counters = counters;
        this.passes = passes;
    }

    /**
     * Makes a cache, an empty one in place of any other.
     *
     * @return why there is none; nothing has changed then
     */
    public Optional<OutOfMemoryError> begin(long cacheBytes) {
        XbzrleCache next;
        try {
            next = XbzrleCache.map(cacheBytes);
        } catch (OutOfMemoryError e) {
            return Optional.of(e);
        }
        end();
        cache = next;
        return Optional.empty();
    }

    /** Makes an empty cache of another size, if there is one and its size differs. */
    public Optional<OutOfMemoryError> resize(long cacheBytes) {
        XbzrleCache now = cache;
        if (now == null || now.sizeBytes() == cacheBytes) {
            return Optional.empty();
        }
        boolean goesOn = started;
        Optional<OutOfMemoryError> refused = begin(cacheBytes);
        started = goesOn;
        return refused;
    }

    /** Frees the cache; pages are written as records from now on. */
    public void end() {
        started = false;
        XbzrleCache old = cache;
        cache = null;
        if (old != null) {
            old.close();
        }
    }

    /** The guest is stopped: a page that is sent now does not come again. */
    public void enterLastStage() {
        lastStage = true;
    }

    /** Writes into a batch from now on, at most so many bytes, up to {@link #flush}. */
    public XbzrleOutput into(ByteBuf out, int maxBytes) {
        records.into(out, maxBytes);
        leftPages = MOST_PAGES;
        return this;
    }

    @Override
    public boolean takesMore() {
        return leftPages > 0 && records.takesMore();
    }

    @Override
    public void write(RamBlock block, long page) {
        leftPages--;
        if (!started) {
            records.write(block, page);
            return;
        }
        XbzrleCache from = Objects.requireNonNull(cache, "It starts with a cache only");
        long number = block.firstPage() + page;
        if (records.writeZeros(block, page)) {
            long slot = from.insert(number, passes.getAsLong());
            if (slot >= 0) {
                from.pages().asSlice(slot, RamFlags.PAGE_SIZE).fill((byte) 0);
            }
            return;
        }
        block.copyPage(page, current, 0);
        long slot = from.find(number, passes.getAsLong());
        if (slot >= 0) {
            writeCached(from, slot, block, page);
            return;
        }
        counters.cacheMisses++;
        records.writeContent(block, page, current);
        if (!lastStage) {
            keep(from, from.insert(number, passes.getAsLong()));
        }
    }

    private void writeCached(XbzrleCache from, long slot, RamBlock block, long page) {
        counters.pages++;
        counts.cachedPages++;
        MemorySegment.copy(
                from.pages(), ValueLayout.JAVA_BYTE, slot, before, 0, RamFlags.PAGE_SIZE);
        int length = encoder.encode(before, now);
        if (length == XbzrleEncoder.UNCHANGED) {
            return;
        }
        if (!lastStage) {
            keep(from, slot);
        }
        if (length == XbzrleEncoder.OVERFLOW) {
            counters.overflows++;
            counters.bytes += RamFlags.PAGE_SIZE;
            records.writeContent(block, page, current);
        } else {
            int written = records.writeDelta(block, page, encoder.encoded(), length);
            counters.bytes += written - RamWriter.PAGE_HEADER_BYTES;
        }
    }

    private void keep(XbzrleCache in, long slot) {
        if (slot >= 0) {
            MemorySegment.copy(current, 0, in.pages(), slot, RamFlags.PAGE_SIZE);
        }
    }

    /** All of RAM has been sent once: from here on pages come again. */
    @Override
    public void roundEnded() {
        started = cache != null;
    }

    @Override
    public void flush() {
        records.flush();
    }
}
