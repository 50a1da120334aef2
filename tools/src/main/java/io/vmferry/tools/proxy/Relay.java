package io.vmferry.tools.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vmferry.machine.control.ControlledChannel;
import io.vmferry.machine.fault.FaultChannel;
import io.vmferry.machine.fault.Lane;
import io.vmferry.machine.link.EngineLoop;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.link.LinkListener;
import io.vmferry.protocol.Worded;
import io.vmferry.protocol.channel.ChannelBeginning;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.multifd.InitialPacket;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** A connection of a source, and the one to the destination that continues it. */
final class Relay {

    private static final int TLS_HANDSHAKE = 22;
    private static final int TLS_MAJOR = 3;

    private final int number;
    private final Link source;
    private final Link destination;
    private final FaultProxy proxy;
    private final RelayLane toDestination;
    private final RelayLane toSource;
    private ByteBuf start = Unpooled.EMPTY_BUFFER;
    private Optional<ChannelRole> channel = Optional.empty();
    private Optional<Parser> stream = Optional.empty();
    private Parser returnPath = new ReturnPathParser();
    private boolean answered;

    /** Those of the two connections that are open. */
    private final Set<Link> open = new HashSet<>();

    /** The directions of which it has not been told yet that they have ended. */
    private final Set<Direction> running = EnumSet.allOf(Direction.class);

    /** What gives a silent connection up; empty while it carries. */
    private Optional<EngineLoop.Timer> givingUp = Optional.empty();

    /** What has ended meanwhile, which the other end of a silent connection cannot see. */
    private final List<Runnable> unseen = new ArrayList<>();

    Relay(int number, Link source, Link destination, EngineLoop loop, FaultProxy proxy) {
        this.number = number;
        this.source = source;
        this.destination = destination;
        this.proxy = proxy;
        this.toDestination = new RelayLane(source, destination, loop);
        this.toSource = new RelayLane(destination, source, loop);
        open.add(source);
        open.add(destination);
    }

    void begin() {
        source.attach(new FromSource());
        destination.attach(new FromDestination());
    }

    int number() {
        return number;
    }

    /** What the connection is used for; empty while that is not known. */
    Optional<ChannelRole> channel() {
        return channel;
    }

    /** Whether an action on these channels hits this connection. */
    boolean isPartOf(FaultChannel hit) {
        return hit.isAll()
                || channel.filter(hit::includes).isPresent()
                || (hit.includes(ChannelRole.RETURN_PATH) && carriesInline());
    }

    /** Whether the return path has no connection of its own. */
    private boolean carriesInline() {
        return channel.equals(Optional.of(ChannelRole.MAIN)) && !proxy.has(ChannelRole.RETURN_PATH);
    }

    RelayLane lane(Direction direction) {
        return direction == Direction.STREAM ? toDestination : toSource;
    }

    /** The directions in which these channels run; what is not recognised yet is a stream. */
    List<Lane> lanes(FaultChannel hit) {
        List<Lane> lanes = new ArrayList<>();
        if (hit.includes(channel.orElse(ChannelRole.MAIN))) {
            lanes.add(toDestination.lane());
        }
        if (hit.includes(ChannelRole.RETURN_PATH)) {
            lanes.add(toSource.lane());
        }
        return lanes;
    }

    void close() {
        carryNothing();
        source.close();
        destination.close();
        endRest("closed by the proxy");
    }

    void reset() {
        reset("reset by the proxy");
    }

    private void reset(String cause) {
        carryNothing();
        source.reset();
        destination.reset();
        endRest(cause);
    }

    /** Gives back what is held: it has nowhere to go. */
    private void carryNothing() {
        keep();
        toDestination.lane().lose();
        toSource.lane().lose();
    }

    /** It is not to be given up any more. */
    private void keep() {
        givingUp.ifPresent(EngineLoop.Timer::cancel);
        givingUp = Optional.empty();
    }

    /** Carries nothing any more, until it is restored. */
    void blackhole(Supplier<EngineLoop.Timer> giveUp) {
        toDestination.lane().blackhole();
        toSource.lane().blackhole();
        if (givingUp.isEmpty()) {
            givingUp = Optional.of(giveUp.get());
        }
    }

    /** Carries everything again if it was silent, and shows either end what it had to miss. */
    void restore() {
        if (givingUp.isEmpty()) {
            return;
        }
        keep();
        toDestination.lane().restore();
        toSource.lane().restore();
        List<Runnable> ends = List.copyOf(unseen);
        unseen.clear();
        ends.forEach(Runnable::run);
    }

    /** How it is used, for people. */
    ControlledChannel state() {
        List<String> channels = new ArrayList<>();
        channel.map(ChannelRole::toString).ifPresent(channels::add);
        if (answered && carriesInline()) {
            channels.add(ChannelRole.RETURN_PATH.toString());
        }
        return new ControlledChannel(
                channels, source.peer(), toDestination.lane().state(), toSource.lane().state());
    }

    /**
     * Under TLS only the order tells something: the first connection is the main channel's. A
     * preempt channel says nothing of itself either, but it follows its main channel.
     */
    private Parser recognize(ChannelBeginning beginning) {
        boolean tls = beginning == ChannelBeginning.OTHER && isTls(start);
        channel =
                switch (beginning) {
                    case PREAMBLE -> Optional.of(ChannelRole.RETURN_PATH);
                    case MAGIC, COMMAND -> Optional.of(ChannelRole.MAIN);
                    case MULTIFD -> InitialPacket.channel(start).map(ChannelRole::multifd);
                    case SILENT, OTHER ->
                            tls
                                    ? Optional.of(ChannelRole.MAIN).filter(role -> !proxy.has(role))
                                    : Optional.of(ChannelRole.PREEMPT)
                                            .filter(role -> proxy.has(ChannelRole.MAIN));
                };
        if (tls) {
            returnPath = Parser.BLIND;
            proxy.unread(this, Direction.STREAM, "it is TLS, which only its two ends can read");
        }
        // what comes back on the return path's own connection is counted when it comes
        channel.filter(role -> !role.equals(ChannelRole.RETURN_PATH))
                .ifPresent(role -> proxy.plan().carries(this, role, toDestination.lane()));
        return switch (beginning) {
            case MAGIC -> StreamParser.first(proxy.known());
            case COMMAND -> StreamParser.recovery(proxy.known());
            case MULTIFD, PREAMBLE, SILENT, OTHER -> Parser.BLIND;
        };
    }

    /** Whether a connection begins with the record of a handshake. */
    private static boolean isTls(ByteBuf bytes) {
        int first = bytes.readerIndex();
        return bytes.getByte(first) == TLS_HANDSHAKE && bytes.getByte(first + 1) == TLS_MAJOR;
    }

    private void received(ByteBuf bytes) {
        if (stream.isPresent()) {
            stream.get().take(bytes, new Passage(proxy, this, Direction.STREAM));
            return;
        }
        start = Unpooled.wrappedBuffer(start, bytes.readRetainedSlice(bytes.readableBytes()));
        ChannelBeginning beginning = ChannelBeginning.of(start);
        boolean unnamed =
                beginning == ChannelBeginning.MULTIFD && InitialPacket.channel(start).isEmpty();
        if (beginning != ChannelBeginning.SILENT && !unnamed) {
            stream = Optional.of(recognize(beginning));
            proxy.recognized(this);
            ByteBuf first = start;
            start = Unpooled.EMPTY_BUFFER;
            stream.get().take(first, new Passage(proxy, this, Direction.STREAM));
            first.release();
        }
    }

    private void ended(Direction direction, Optional<IOException> cause) {
        if (givingUp.isPresent()) {
            unseen.add(() -> ended(direction, cause));
            return;
        }
        if (cause.isPresent()) {
            String why = Worded.of(cause.get());
            end(direction, Optional.of(why));
            reset("the other end: " + why);
            proxy.over(this);
            return;
        }
        boolean forward = direction == Direction.STREAM;
        Passage out = new Passage(proxy, this, direction);
        if (forward) {
            lane(direction).carry(start);
            start = Unpooled.EMPTY_BUFFER;
            stream.ifPresent(parser -> parser.end(out));
        } else {
            returnPath.end(out);
        }
        end(direction, Optional.empty());
        over(forward ? source : destination);
        lane(direction).end(() -> over(forward ? destination : source));
    }

    /** The end of a sender is carried after what is held back, for which the relay stays. */
    private void over(Link link) {
        open.remove(link);
        if (open.isEmpty()) {
            endRest("the other end has closed");
            proxy.over(this);
        }
    }

    /** Whether the proxy has not told yet that a direction has ended. */
    boolean runs(Direction direction) {
        return running.contains(direction);
    }

    private void end(Direction direction, Optional<String> cause) {
        if (running.remove(direction)) {
            proxy.ended(this, direction, cause);
        }
    }

    private void endRest(String cause) {
        for (Direction direction : Direction.values()) {
            end(direction, Optional.of(cause));
        }
    }

    /** The input of a link is lent: it is copied once, so that it can be kept and cut freely. */
    private static ByteBuf own(ByteBuf lent) {
        ByteBuf copy = lent.copy();
        lent.skipBytes(lent.readableBytes());
        return copy;
    }

    private final class FromSource implements LinkListener {
        @Override
        public void received(ByteBuf lent) {
            ByteBuf bytes = own(lent);
            Relay.this.received(bytes);
            bytes.release();
        }

        @Override
        public void writable() {
            toSource.writable();
        }

        @Override
        public void closed(Optional<IOException> cause) {
            ended(Direction.STREAM, cause);
        }
    }

    private final class FromDestination implements LinkListener {
        @Override
        public void received(ByteBuf lent) {
            if (!answered) {
                answered = true;
                proxy.plan().carries(Relay.this, ChannelRole.RETURN_PATH, toSource.lane());
            }
            ByteBuf bytes = own(lent);
            returnPath.take(bytes, new Passage(proxy, Relay.this, Direction.RETURN_PATH));
            bytes.release();
        }

        @Override
        public void writable() {
            toDestination.writable();
        }

        @Override
        public void closed(Optional<IOException> cause) {
            ended(Direction.RETURN_PATH, cause);
        }
    }
}
