package io.vmferry.machine.fault;

import io.netty.buffer.ByteBuf;
import io.vmferry.machine.link.EngineLoop;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.link.LinkListener;
import io.vmferry.machine.link.Transport;
import io.vmferry.protocol.channel.ChannelRole;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A link on which faults can be injected. Confined to the loop. */
final class FaultyLink implements Link {

    private static final String ATTACHED = "Nothing is read before a listener is attached";

    /** Bytes needed to recognise a channel; the rest waits until it is recognised. */
    private static final int RECOGNISED_BY_BYTES = 64;

    /** Receives the channel of a link and its end. */
    interface Registry {
        void carries(FaultyLink link, ChannelRole role);

        void over(FaultyLink link);

        /** A silent connection that is over has come to its end at the peer, too. */
        void gone(FaultyLink link);
    }

    private final Link link;
    private final EngineLoop loop;
    private final Registry registry;
    private final Set<ChannelRole> roles = new LinkedHashSet<>();
    private final Lane out;
    private final Lane in;
    private final LinkListener input = new Input();
    private @Nullable LinkListener listener;
    private boolean reading = true;
    private boolean over;

    /** What gives a silent connection up; empty while it carries. */
    private Optional<EngineLoop.Timer> givingUp = Optional.empty();

    /** Whether the engine has aborted a connection whose peer cannot be told. */
    private boolean abortedUnseen;

    FaultyLink(Link link, EngineLoop loop, Registry registry) {
        this.link = link;
        this.loop = loop;
        this.registry = registry;
        this.out = new Lane(loop, this::outMoved);
        this.in = new Lane(loop, this::regulate);
        in.open(false);
        in.at(RECOGNISED_BY_BYTES, () -> {});
    }

    // ---- faults

    Set<ChannelRole> roles() {
        return roles;
    }

    /** From this side to the peer. */
    Lane out() {
        return out;
    }

    /** From the peer to this side. */
    Lane in() {
        return in;
    }

    /** Whether the main channel and the return path share this connection. */
    boolean inline() {
        return roles.contains(ChannelRole.MAIN) && roles.contains(ChannelRole.RETURN_PATH);
    }

    /** Ends the connection as the network would; the engine is notified asynchronously. */
    void breakNow(boolean inOrder) {
        breakWith(
                inOrder ? link::close : link::reset,
                inOrder ? "closed by a fault" : "reset by a fault");
    }

    /** Carries nothing in some directions until TCP gives the connection up. */
    void blackhole(List<Lane> lanes) {
        lanes.forEach(Lane::blackhole);
        regulate();
        if (givingUp.isEmpty()) {
            givingUp =
                    Optional.of(
                            loop.schedule(
                                    TimeUnit.SECONDS.toNanos(Transport.SILENCE_LIMIT_SECONDS),
                                    () -> breakWith(link::reset, "Connection timed out")));
        }
    }

    /** Carries everything at once again in some directions; the peer sees what it had to miss. */
    void restore(List<Lane> lanes) {
        lanes.forEach(Lane::restore);
        regulate();
        if (in.silent() || out.silent()) {
            return;
        }
        keep();
        if (over) {
            registry.gone(this);
        }
        if (abortedUnseen) {
            link.abort();
        }
    }

    /** Whether it carries nothing, and is not given up yet. */
    boolean silent() {
        return givingUp.isPresent();
    }

    /** The connection is not to be given up any more. */
    private void keep() {
        givingUp.ifPresent(EngineLoop.Timer::cancel);
        givingUp = Optional.empty();
    }

    private void breakWith(Runnable end, String reason) {
        boolean unheard = over;
        keep();
        over();
        registry.gone(this);
        out.lose();
        in.lose();
        loop.execute(() -> {
            end.run();
            if (!unheard && listener != null) {
                listener.closed(Optional.of(new IOException(reason)));
            }
        });
    }

    private void over() {
        if (!over) {
            over = true;
            registry.over(this);
        }
    }

    // ---- Link

    @Override
    public void attach(LinkListener next) {
        listener = next;
        link.attach(input);
        // bytes that were held back go to the new listener, but not from within this call
        loop.execute(() -> in.open(reading && !over));
    }

    @Override
    public boolean writable() {
        return !over && !out.full() && (out.losing() || out.holding() || link.writable());
    }

    @Override
    public void write(ByteBuf bytes) {
        if (over) {
            bytes.release();
            return;
        }
        out.pass(bytes, link::write);
    }

    @Override
    public void flush() {
        link.flush();
    }

    @Override
    public void whenDrained(Runnable action) {
        if (out.losing()) {
            // the kernel has taken what the network then loses
            loop.execute(() -> {
                if (!over) {
                    action.run();
                }
            });
        } else {
            out.pass(() -> link.whenDrained(action));
        }
    }

    @Override
    public void reading(boolean on) {
        reading = on;
        if (on) {
            loop.execute(() -> in.open(reading && !over));
        } else {
            in.open(false);
        }
        regulate();
    }

    @Override
    public void close() {
        if (over) {
            return;
        }
        over();
        in.lose();
        // after what is held back; never when it is lost, as the network loses that as well
        out.pass(link::close);
    }

    @Override
    public void abort() {
        if (over) {
            return;
        }
        over();
        in.lose();
        abortedUnseen = out.silent();
        out.lose();
        if (!abortedUnseen) {
            link.abort();
        }
    }

    @Override
    public OptionalLong roundTripNanos() {
        return link.roundTripNanos();
    }

    @Override
    public void carries(ChannelRole role) {
        link.carries(role);
        if (roles.add(role)) {
            registry.carries(this, role);
        }
    }

    @Override
    public boolean oneWay() {
        return link.oneWay();
    }

    @Override
    public boolean readsFile() {
        return link.readsFile();
    }

    @Override
    public boolean endsSeparately() {
        return link.endsSeparately();
    }

    @Override
    public String peer() {
        return link.peer();
    }

    @Override
    public String toString() {
        return link.toString();
    }

    private void outMoved() {
        link.flush();
        if (listener != null && writable()) {
            listener.writable();
        }
    }

    private void regulate() {
        link.reading(reading && !in.full() && !in.losing());
    }

    private final class Input implements LinkListener {

        /** Only while what comes is delivered at once, since the engine would not know of it. */
        @Override
        public Optional<ByteBuf> memory() {
            return listener != null && !over && in.carriesAtOnce()
                    ? listener.memory()
                    : Optional.empty();
        }

        @Override
        public void received(ByteBuf bytes) {
            in.pass(bytes.retain(), FaultyLink.this::deliver);
            if (in.full() || in.losing()) {
                regulate();
            }
        }

        @Override
        public void writable() {
            if (listener != null && !over && FaultyLink.this.writable()) {
                listener.writable();
            }
        }

        @Override
        public void closed(Optional<IOException> cause) {
            if (cause.isPresent() && !reading && !in.silent()) {
                // as any link tells a break while nothing is read, and what was not read is lost
                in.lose();
                ended(cause);
            } else {
                in.pass(() -> ended(cause));
            }
        }

        private void ended(Optional<IOException> cause) {
            if (!over) {
                // output of a link whose directions end separately goes on
                if (cause.isPresent() || !link.endsSeparately()) {
                    over();
                }
                Objects.requireNonNull(listener, ATTACHED).closed(cause);
            }
        }
    }

    private void deliver(ByteBuf piece) {
        try {
            if (!over) {
                Objects.requireNonNull(listener, ATTACHED).received(piece);
            }
        } finally {
            piece.release();
        }
    }
}
