package io.vmferry.source.outgoing;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What the destination has asked for and was not sent yet, first come first served. QEMU's {@code
 * src_page_requests}.
 */
final class RequestedPages {

    /** More than a guest can wait for; a peer that asks for more is not listened to meanwhile. */
    private static final int MAX_WAITING = 4096;

    private final Deque<HostPage> waiting = new ArrayDeque<>();
    private final Set<HostPage> known = new HashSet<>();

    void add(HostPage page) {
        if (known.add(page)) {
            waiting.add(page);
        }
    }

    Optional<HostPage> next() {
        HostPage page = waiting.poll();
        known.remove(page);
        return Optional.ofNullable(page);
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    boolean full() {
        return waiting.size() >= MAX_WAITING;
    }

    void clear() {
        waiting.clear();
        known.clear();
    }
}
