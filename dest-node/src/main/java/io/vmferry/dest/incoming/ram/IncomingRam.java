package io.vmferry.dest.incoming.ram;

import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.MemorySize;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.protocol.ram.RamBlockEntry;
import io.vmferry.protocol.ram.RamFlags;
import io.vmferry.protocol.stream.Command;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;
import io.vmferry.protocol.stream.WireStrings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Guest RAM as it arrives, on however many channels: compares the source's blocks with those here,
 * discards what is out of date, and counts pages and passes.
 *
 * <p>A pass begins where the stream marks a dirty sync of the source. Of the syncs while the guest
 * runs there, QEMU marks only the end of a round over RAM with multifd (MULTIFD_FLUSH); each stream
 * marks the last one: by END of RAM, which begins with a sync, or in postcopy by POSTCOPY_LISTEN,
 * after the discards of what a sync has found. A mark without a page since the one before begins no
 * pass. A page that comes again, or before its predecessor, marks nothing.
 */
public final class IncomingRam {

    private final GuestRam guest;
    private final Map<String, RamBlock> blocks = new HashMap<>();
    private final boolean pageSizesListed;
    private int pass = 1;
    private long pagesAtMark;

    long zeroPages;
    long normalPages;
    long deltaPages;

    /**
     * @param pageSizesListed whether the source lists the sizes of huge pages
     */
    public IncomingRam(GuestRam guest, boolean pageSizesListed) {
        this.guest = guest;
        this.pageSizesListed = pageSizesListed;
        guest.blocks().forEach(block -> blocks.put(block.idstr(), block));
        guest.receivingPass(pass);
    }

    List<RamBlock> blocks() {
        return guest.blocks();
    }

    public long zeroPages() {
        return zeroPages;
    }

    public long normalPages() {
        return normalPages;
    }

    /** Pages that came as their difference to what was here (XBZRLE). */
    public long deltaPages() {
        return deltaPages;
    }

    public int pass() {
        return pass;
    }

    /** The stream marks a dirty sync. */
    public void synchronised() {
        long pages = zeroPages + normalPages + deltaPages;
        if (pages > pagesAtMark) {
            pagesAtMark = pages;
            guest.receivingPass(++pass);
        }
    }

    boolean pageSizeListed(String idstr) {
        RamBlock block = blocks.get(idstr);
        return pageSizesListed && block != null && block.pageSizeBytes() != RamFlags.PAGE_SIZE;
    }

    void check(RamBlockEntry entry) throws StreamException {
        RamBlock block = block(entry.idstr());
        if (entry.usedLengthBytes() != block.lengthBytes()) {
            throw StreamException.of(
                    StreamError.RAM_SIZE_MISMATCH,
                    "RAM block '%s' has %s at the source and %s here; start both sides with the same memory"
                            .formatted(
                                    entry.idstr(),
                                    MemorySize.format(entry.usedLengthBytes()),
                                    MemorySize.format(block.lengthBytes())));
        }
        long here = block.pageSizeBytes();
        if (entry.hugePageSizeBytes().orElse(here) != here) {
            throw StreamException.of(
                    StreamError.RAM_PAGE_SIZE_MISMATCH,
                    "RAM block '%s' has pages of %s at the source and of %s here"
                            .formatted(
                                    entry.idstr(),
                                    MemorySize.format(entry.hugePageSizeBytes().getAsLong()),
                                    MemorySize.format(here)));
        }
    }

    RamBlock block(String idstr) throws StreamException {
        RamBlock block = blocks.get(idstr);
        if (block == null) {
            throw StreamException.of(
                    StreamError.RAM_UNKNOWN_BLOCK,
                    "unknown RAM block %s, here are %s"
                            .formatted(WireStrings.quote(idstr), blocks.keySet()));
        }
        return block;
    }

    /**
     * POSTCOPY_RAM_DISCARD: discards ranges of a block, in order, up to the first one that is
     * refused.
     *
     * @throws StreamException for a block that does not exist, or a range outside of it
     */
    public void discard(String name, List<Command.Range> ranges) throws StreamException {
        RamBlock block = blocks.get(name);
        if (block == null) {
            throw StreamException.of(
                    StreamError.DISCARD_BLOCK, "unknown RAM block " + WireStrings.quote(name));
        }
        for (Command.Range range : ranges) {
            discard(block, range.startBytes(), range.lengthBytes());
        }
    }

    private static void discard(RamBlock block, long startBytes, long lengthBytes)
            throws StreamException {
        long pageBytes = block.pageSizeBytes();
        if (startBytes % pageBytes != 0) {
            throw StreamException.of(
                    StreamError.DISCARD_ALIGNMENT,
                    "discard at 0x%x of '%s', whose pages have %d bytes"
                            .formatted(startBytes, block.idstr(), pageBytes));
        }
        boolean inside =
                startBytes >= 0
                        && lengthBytes >= 0
                        && startBytes <= block.lengthBytes()
                        && lengthBytes <= block.lengthBytes() - startBytes;
        if (!inside) {
            throw StreamException.of(
                    StreamError.DISCARD_RANGE,
                    "discard of 0x%x bytes at 0x%x of '%s', which has 0x%x bytes"
                            .formatted(
                                    lengthBytes, startBytes, block.idstr(), block.lengthBytes()));
        }
        long from = startBytes >>> RamBlock.PAGE_SHIFT;
        long pages = (lengthBytes + RamBlock.PAGE_SIZE - 1) >>> RamBlock.PAGE_SHIFT;
        block.discard(from, from + pages);
    }
}
