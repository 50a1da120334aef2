package io.vmferry.source.outgoing.ram;

import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;
import io.vmferry.protocol.stream.WireStrings;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;

/**
 * What the destination has asked for and was not sent yet, first come first served. QEMU's {@code
 * src_page_requests}.
 *
 * <p>A request is kept as a range of pages and a place in it, so that it costs the same whatever it
 * asks for, and however often. Which of its pages are still to be sent is looked up page by page,
 * when the link to the destination takes one.
 */
public final class RequestedPages {

    /** More than a guest can wait for; a peer that asks for more is not listened to meanwhile. */
    static final int MAX_WAITING = 4096;

    private final GuestRam ram;
    private final UnsentPages unsent;
    private final Queue<PageRange> waiting = new ArrayDeque<>();

    /** What is being served, from {@link #position} on; null when nothing is. */
    private PageRange current;

    private long position;

    /** The block that a request has named last; null before. */
    private String named;

    RequestedPages(GuestRam ram, UnsentPages unsent) {
        this.ram = ram;
        this.unsent = unsent;
    }

    /** REQ_PAGES_ID: the requests from now on are for pages of this block. */
    public void name(String block) {
        named = block;
    }

    /** The pages of a REQ_PAGES, in the block that was named last. */
    public PageRange range(long startBytes, int lengthBytes) throws StreamException {
        RamBlock block =
                ram.block(named)
                        .orElseThrow(() ->
                                StreamException.of(
                                        StreamError.RP_UNKNOWN_BLOCK,
                                        "page request for the unknown RAM block "
                                                + WireStrings.quote(named)));
        long length = Integer.toUnsignedLong(lengthBytes);
        check(block, startBytes, length);
        return new PageRange(
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
    public void add(PageRange range) {
        if (full()) {
            throw new IllegalStateException("More than " + MAX_WAITING + " page requests wait");
        }
        if (unsent.nextDirty(range.block(), range.fromPage(), range.toPage()).isPresent()) {
            waiting.add(range);
        }
    }

    /** The next host page to be sent. The caller sends it before it asks again. */
    Optional<HostPage> next() {
        while (current != null || begin()) {
            Optional<HostPage> page = unsent.nextDirty(current.block(), position, current.toPage());
            if (page.isPresent()) {
                position = page.get().end();
                return page;
            }
            current = null;
        }
        return Optional.empty();
    }

    private boolean begin() {
        current = waiting.poll();
        if (current != null) {
            position = current.fromPage();
        }
        return current != null;
    }

    /** Whether no further request may be added for now. */
    public boolean full() {
        return waiting.size() >= MAX_WAITING;
    }

    public void clear() {
        waiting.clear();
        current = null;
    }

    /** The channels are gone; what was asked for will be asked for again, with its block. */
    public void restart() {
        clear();
        named = null;
    }
}
