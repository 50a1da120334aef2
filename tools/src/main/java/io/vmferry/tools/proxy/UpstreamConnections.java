package io.vmferry.tools.proxy;

import io.vmferry.machine.link.Connector;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.link.MigrationAddress;
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

    private final Connector connector;
    private final MigrationAddress target;
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private boolean connecting;
    private boolean starting;

    UpstreamConnections(Connector connector, MigrationAddress target) {
        this.connector = connector;
        this.target = target;
    }

    /** Whether another connection may wait. */
    boolean hasRoom() {
        return waiting.size() < MOST_WAITING;
    }

    /** Starts to connect when all earlier connects are over. */
    void connect(Consumer<Link> connected, Consumer<IOException> failed) {
        waiting.add(() ->
                connector.connect(target, link -> over(connected, link), e -> over(failed, e)));
        start();
    }

    private <T> void over(Consumer<T> callback, T result) {
        try {
            callback.accept(result);
        } finally {
            connecting = false;
            start();
        }
    }

    /** Starts the next connect, and others as long as they end within the call. */
    private void start() {
        if (starting) {
            return;
        }
        starting = true;
        try {
            while (!connecting && !waiting.isEmpty()) {
                connecting = true;
                waiting.remove().run();
            }
        } finally {
            starting = false;
        }
    }
}
