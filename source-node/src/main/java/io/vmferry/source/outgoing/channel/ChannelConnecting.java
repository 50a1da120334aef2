package io.vmferry.source.outgoing.channel;

import io.vmferry.machine.link.Cancellable;
import io.vmferry.machine.link.ChannelSet;
import io.vmferry.machine.link.Connector;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.protocol.channel.ChannelRole;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Connects the channels of a set: one after the other, since their order may identify them. */
public final class ChannelConnecting {

    /** Connects under way at a time: more would not fit into the queue of a listening socket. */
    private static final int MOST_PENDING = 8;

    private final Connector connector;
    private final MigrationAddress address;
    private final ChannelSet set;
    private final BiConsumer<ChannelRole, Link> begin;
    private final BiConsumer<ChannelRole, IOException> unconnected;
    private final Map<ChannelRole, Cancellable> pending = new HashMap<>();
    private List<ChannelRole> wanted = List.of();
    private Consumer<Optional<IOException>> whenOpened = failure -> {};
    private Optional<Consumer<Optional<IOException>>> whenTried = Optional.empty();

    /**
     * Nothing is connected yet.
     *
     * @param begin makes a connection the channel that it was made for
     * @param unconnected gets the channel that could not be connected, and why
     */
    ChannelConnecting(
            Connector connector,
            MigrationAddress address,
            ChannelSet set,
            BiConsumer<ChannelRole, Link> begin,
            BiConsumer<ChannelRole, IOException> unconnected) {
        this.connector = connector;
        this.address = address;
        this.set = set;
        this.begin = begin;
        this.unconnected = unconnected;
    }

    /** Connects these channels; the action runs once all are there. */
    void open(List<ChannelRole> channels, Runnable action) {
        wanted = channels;
        set.await(channels, action);
        connectNext();
    }

    private void connectNext() {
        for (ChannelRole channel : set.missing(wanted)) {
            boolean otherKind =
                    pending.keySet().stream().anyMatch(other -> other.kind() != channel.kind());
            if (otherKind || pending.size() == MOST_PENDING) {
                return;
            }
            pending.computeIfAbsent(channel, this::connect);
        }
    }

    private Cancellable connect(ChannelRole channel) {
        return connector.connect(
                address, link -> connected(channel, link), e -> unconnected(channel, e));
    }

    private void connected(ChannelRole channel, Link link) {
        pending.remove(channel);
        // taken first: a migration that ends with its first channel was connected all the same
        Consumer<Optional<IOException>> waiting = takeWaiting();
        try {
            if (whenTried.isPresent()) {
                link.abort();
                tried(Optional.empty());
            } else {
                set.add(channel, link, () -> begin.accept(channel, link));
                connectNext();
            }
        } finally {
            waiting.accept(Optional.empty());
        }
    }

    private void unconnected(ChannelRole channel, IOException e) {
        pending.remove(channel);
        Consumer<Optional<IOException>> waiting = takeWaiting();
        if (whenTried.isPresent()) {
            tried(Optional.of(e));
        } else {
            unconnected.accept(channel, e);
        }
        waiting.accept(Optional.of(e));
    }

    private void tried(Optional<IOException> failure) {
        if (pending.isEmpty()) {
            whenTried.orElseThrow().accept(failure);
        }
    }

    /** Sets a callback for the result of opening the first channel. */
    public void whenOpened(Consumer<Optional<IOException>> opened) {
        whenOpened = opened;
    }

    /** Takes the callback for the first connection, which is called once. */
    private Consumer<Optional<IOException>> takeWaiting() {
        Consumer<Optional<IOException>> waiting = whenOpened;
        whenOpened = other -> {};
        return waiting;
    }

    /**
     * Stops connecting, which takes until the pending connects have succeeded or failed.
     *
     * @param tried gets why the last of them failed
     * @return whether there is such a connect
     */
    public boolean abandon(Consumer<Optional<IOException>> tried) {
        if (pending.isEmpty()) {
            return false;
        }
        whenTried = Optional.of(tried);
        return true;
    }

    /** Whether connecting has been given up, and a connect has not ended yet. */
    public boolean abandonedConnect() {
        return whenTried.isPresent() && !pending.isEmpty();
    }

    /** Cancels all pending connects at once. */
    void abort() {
        wanted = List.of();
        pending.values().forEach(Cancellable::cancel);
        pending.clear();
        takeWaiting()
                .accept(
                        Optional.of(
                                new IOException(
                                        "The migration has ended while it was connecting")));
    }
}
