package io.vmferry.source.outgoing.ram;

import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.HostPages;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;
import io.vmferry.protocol.stream.WireStrings;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The queue of requested pages that were not sent yet, first come first served. QEMU's {@code
 * src_page_requests}.
 *
 * <p>A request is kept as a range of pages and a position in it, so that its cost does not depend
 * on its length. Which of its pages are unsent is looked up page by page, when the link is
 * writable.
 */
public final class RequestedPages {

    /** Limit of the queue; while it is reached the return path is not read. */
    static final int MAX_WAITING = 4096;

    private final GuestRam ram;
    private final UnsentPages unsent;
    private final Queue<HostPages> waiting = new ArrayDeque<>();

    /** The request that is being served, from {@link #position} on, or null. */
    private @Nullable HostPages current;

    private long position;

    /** The block that a request has named last; null before. */
    private @Nullable String named;

    RequestedPages(GuestRam ram, UnsentPages unsent) {
        this.ram = ram;
        this.unsent = unsent;
    }

    /** REQ_PAGES_ID: the requests from now on are for pages of this block. */
    public void name(String block) {
        named = block;
    }

    /** The pages of a REQ_PAGES, in the block that was named last. */
    public HostPages range(long startBytes, int lengthBytes) throws StreamException {
        String name = named;
        if (name == null) {
            // the reader has read on over a pause, which has forgotten the block
            throw StreamException.of(
                    StreamError.RP_NO_PREVIOUS_BLOCK, "page request without a block");
        }
        RamBlock block =
                ram.block(name)
                        .orElseThrow(() ->
                                StreamException.of(
                                        StreamError.RP_UNKNOWN_BLOCK,
                                        "page request for the unknown RAM block "
                                                + WireStrings.quote(name)));
        long length = Integer.toUnsignedLong(lengthBytes);
        check(block, startBytes, length);
        return new HostPages(
                block,
                startBytes >>> RamBlock.PAGE_SHIFT,
                (startBytes + length) >>> RamBlock.PAGE_SHIFT);
    }

    private static void check(RamBlock block, long startBytes, long lengthBytes)
            throws StreamException {
        long pageBytes = block.pageSizeBytes();
        if (startBytes % pageBytes != 0 || lengthBytes % pageBytes != 0 || lengthBytes == 0) {
            throw StreamException.of(
                    StreamError.RP_ALIGNMENT,
                    "page request for %d bytes at 0x%x of '%s', whose pages have %d bytes"
                            .formatted(lengthBytes, startBytes, block.idstr(), pageBytes));
        }
        if (startBytes < 0 || startBytes > block.lengthBytes() - lengthBytes) {
            throw StreamException.of(
                    StreamError.RP_RANGE,
                    "page request for %d bytes at 0x%x of '%s', which has 0x%x bytes"
                            .formatted(
                                    lengthBytes, startBytes, block.idstr(), block.lengthBytes()));
        }
    }

    /** Adds a range, unless all of it was sent. Not to be called while full. */
    public void add(HostPages range) {
        if (full()) {
            throw new IllegalStateException("More than " + MAX_WAITING + " page requests wait");
        }
        if (unsent.nextDirty(range.block(), range.firstPage(), range.end()).isPresent()) {
            waiting.add(range);
        }
    }

    /** The next host page to be sent. The caller sends it before it asks again. */
    Optional<HostPages> next() {
        while (true) {
            HostPages range = current != null ? current : begin();
            if (range == null) {
                return Optional.empty();
            }
            Optional<HostPages> page = unsent.nextDirty(range.block(), position, range.end());
            if (page.isPresent()) {
                position = page.get().end();
                return page;
            }
            current = null;
        }
    }

    private @Nullable HostPages begin() {
        HostPages next = waiting.poll();
        if (next != null) {
            position = next.firstPage();
        }
        current = next;
        return next;
    }

    /** Whether no further request may be added for now. */
    public boolean full() {
        return waiting.size() >= MAX_WAITING;
    }

    public void clear() {
        waiting.clear();
        current = null;
    }

    /** Clears the queue for new channels, on which the pages are requested again. */
    public void restart() {
        clear();
        named = null;
    }
}
