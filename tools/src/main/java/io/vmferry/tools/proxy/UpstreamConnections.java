package io.vmferry.tools.proxy;

import io.vmferry.machine.link.Link;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.machine.link.Transport;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * The proxy's connections to the destination, made one after the other: their order may be what a
 * destination tells them apart by. On the loop of the transport.
 */
final class UpstreamConnections {

    /** More than a migration has channels. */
    static final int MOST_WAITING = 512;

    private final Transport transport;
    private final MigrationAddress target;
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private boolean connecting;

    UpstreamConnections(Transport transport, MigrationAddress target) {
        this.transport = transport;
        this.target = target;
    }

    /**
     * Connects when all earlier attempts are over.
     *
     * @return false when too many wait; no callback runs then
     */
    boolean connect(Consumer<Link> connected, Consumer<IOException> failed) {
        if (waiting.size() >= MOST_WAITING) {
            return false;
        }
        waiting.add(() ->
                transport.connect(target, link -> over(connected, link), e -> over(failed, e)));
        if (!connecting) {
            next();
        }
        return true;
    }

    private <T> void over(Consumer<T> callback, T result) {
        callback.accept(result);
        next();
    }

    private void next() {
        Runnable next = waiting.poll();
        connecting = next != null;
        if (next != null) {
            next.run();
        }
    }
}
