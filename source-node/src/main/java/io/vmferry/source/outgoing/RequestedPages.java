package io.vmferry.source.outgoing;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * What the destination has asked for and was not sent yet, first come first served. QEMU's {@code
 * src_page_requests}.
 */
final class RequestedPages {

    /** More than a guest can wait for; a peer that asks for more is not listened to meanwhile. */
    private static final int MAX_WAITING = 4096;

    /**
     * By guest-wide number of the first page. Not a set of the pages: the first hash of a record is
     * several milliseconds of linking, in the middle of the downtime.
     */
    private final SequencedMap<Long, HostPage> waiting = new LinkedHashMap<>();

    void add(HostPage page) {
        waiting.putIfAbsent(page.block().firstPage() + page.firstPage(), page);
    }

    Optional<HostPage> next() {
        return Optional.ofNullable(waiting.pollFirstEntry()).map(Map.Entry::getValue);
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    boolean full() {
        return waiting.size() >= MAX_WAITING;
    }

    void clear() {
        waiting.clear();
    }
}
