package io.vmferry.dest.incoming.ram;

import io.vmferry.machine.memory.RamBlock;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;
import java.util.BitSet;

/**
 * Assembles the host page that arrives on a channel in postcopy: its pages are loaded one by one
 * and published all at once. One per channel. QEMU's {@code PostcopyTmpPage}.
 */
final class HostPageAssembly {

    private final BitSet loaded = new BitSet();

    @SuppressWarnings("NullAway.Init") // set by the first page of each host page
    private RamBlock block;

    private long firstPage;
    private int count;

    /** A page is about to be loaded. */
    void begin(RamBlock pageBlock, long page) throws StreamException {
        if (pageBlock.received().get(page)) {
            throw again(pageBlock, page);
        }
        long first = pageBlock.hostPageOf(page);
        if (count > 0 && (first != firstPage || pageBlock != block)) {
            throw StreamException.of(
                    StreamError.RAM_HOST_PAGE_SPLIT,
                    "page 0x%x of '%s' came in the middle of the host page at 0x%x of '%s'"
                            .formatted(
                                    page << RamBlock.PAGE_SHIFT,
                                    pageBlock.idstr(),
                                    firstPage << RamBlock.PAGE_SHIFT,
                                    block.idstr()));
        }
        block = pageBlock;
        firstPage = first;
        if (block.pagesPerHostPage() > 1) {
            int index = (int) (page - first);
            if (loaded.get(index)) {
                throw again(block, page);
            }
            loaded.set(index);
        }
        count++;
    }

    private static StreamException again(RamBlock block, long page) {
        return StreamException.of(
                StreamError.RAM_PAGE_PRESENT,
                "page 0x%x of '%s' came a second time"
                        .formatted(page << RamBlock.PAGE_SHIFT, block.idstr()));
    }

    /** The page begun last has been loaded; true when all of its host page is there now. */
    boolean loaded() {
        if (count < block.pagesPerHostPage()) {
            return false;
        }
        block.publish(firstPage, firstPage + count);
        drop();
        return true;
    }

    /** Drops an incomplete host page: it will come again as a whole. */
    void drop() {
        count = 0;
        loaded.clear();
    }
}
