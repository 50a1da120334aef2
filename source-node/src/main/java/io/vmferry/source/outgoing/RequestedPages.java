package io.vmferry.source.outgoing;

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
final class RequestedPages {

    /** More than a guest can wait for; a peer that asks for more is not listened to meanwhile. */
    static final int MAX_WAITING = 4096;

    private final RamSender ram;
    private final Queue<PageRange> waiting = new ArrayDeque<>();

    /** What is being served, from {@link #position} on; null when nothing is. */
    private PageRange current;

    private long position;

    RequestedPages(RamSender ram) {
        this.ram = ram;
    }

    /** Adds a range, unless all of it was sent. Not to be called while full. */
    void add(PageRange range) {
        if (full()) {
            throw new IllegalStateException("More than " + MAX_WAITING + " page requests wait");
        }
        if (ram.nextDirty(range.block(), range.fromPage(), range.toPage()).isPresent()) {
            waiting.add(range);
        }
    }

    /** The next host page to be sent. The caller sends it before it asks again. */
    Optional<HostPage> next() {
        while (current != null || begin()) {
            Optional<HostPage> page = ram.nextDirty(current.block(), position, current.toPage());
            if (page.isPresent()) {
                position = page.get().firstPage() + current.block().pagesPerHostPage();
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
    boolean full() {
        return waiting.size() >= MAX_WAITING;
    }

    void clear() {
        waiting.clear();
        current = null;
    }
}
