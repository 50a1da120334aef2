package io.vmferry.machine.fault;

import io.vmferry.machine.control.ControlledChannel;
import io.vmferry.machine.control.RefusedException;
import io.vmferry.machine.link.Cancellable;
import io.vmferry.machine.link.EngineLoop;
import io.vmferry.machine.link.Link;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.status.Side;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** The connections of one side that faults can act on, by channel. */
final class FaultyChannels implements FaultyLink.Registry {

    private final Side side;
    private final EngineLoop loop;
    private final Set<FaultyLink> links = new LinkedHashSet<>();

    /** Those that the engine has ended, which their peers cannot see. */
    private final Set<FaultyLink> endedUnseen = new LinkedHashSet<>();

    private final ByteMarks<FaultyLink> marks = new ByteMarks<>();
    private boolean stopped;

    FaultyChannels(Side side, EngineLoop loop) {
        this.side = side;
        this.loop = loop;
    }

    /** The same link, wrapped for faults. */
    Link wrap(Link link) {
        FaultyLink faulty = new FaultyLink(link, loop, this);
        links.add(faulty);
        if (stopped) {
            stop(faulty);
        }
        return faulty;
    }

    /**
     * Runs an action at a byte position of the n-th connection of a channel.
     *
     * @throws RefusedException when there was that connection, or that byte, already
     */
    Cancellable at(ChannelRole role, int ordinal, long position, Runnable action)
            throws RefusedException {
        return marks.at(role, ordinal, position, link -> action.run());
    }

    /** The connections that are open. */
    List<ControlledChannel> open() {
        return links.stream().map(this::shown).toList();
    }

    private ControlledChannel shown(FaultyLink link) {
        boolean source = side == Side.SOURCE;
        return new ControlledChannel(
                link.roles().stream().map(ChannelRole::toString).toList(),
                link.peer(),
                (source ? link.out() : link.in()).state(),
                (source ? link.in() : link.out()).state());
    }

    @Override
    public void carries(FaultyLink link, ChannelRole role) {
        marks.carries(link, role, content(link, role));
    }

    @Override
    public void over(FaultyLink link) {
        links.remove(link);
        if (link.silent()) {
            endedUnseen.add(link);
        }
    }

    @Override
    public void gone(FaultyLink link) {
        endedUnseen.remove(link);
    }

    /**
     * Ends the connections that are open now; with all channels also those that are not recognised
     * yet.
     *
     * @return whether there was any
     */
    boolean breakAll(FaultChannel channel, boolean inOrder) {
        return hit(channel, link -> link.breakNow(inOrder));
    }

    /** Lets connections carry nothing until they are restored, or TCP gives them up. */
    boolean blackhole(FaultChannel channel) {
        return hit(channel, link -> link.blackhole(lanes(link, channel)));
    }

    /**
     * Ends stalls, delays and black holes; what was held back is carried first.
     *
     * @return whether there was a connection
     */
    boolean restore(FaultChannel channel) {
        boolean some = false;
        for (FaultyLink link : List.copyOf(endedUnseen)) {
            some |= hit(link, channel, silent -> silent.restore(lanes(silent, channel)));
        }
        some |= hit(channel, link -> link.restore(lanes(link, channel)));
        return some;
    }

    /** Lets nothing through any more, also on connections that are still to come. */
    void stop() {
        stopped = true;
        links.forEach(FaultyChannels::stop);
    }

    private static void stop(FaultyLink link) {
        link.out().stop();
        link.in().stop();
    }

    /** Does something to the directions in which a channel runs now. */
    boolean change(FaultChannel channel, Consumer<Lane> fault) {
        return hit(channel, link -> lanes(link, channel).forEach(fault));
    }

    /** Inverts the next bytes of a channel's content. */
    boolean corrupt(FaultChannel channel, int bytes) {
        return hit(channel, link -> hitRoles(link, channel).forEach(lane -> lane.corrupt(bytes)));
    }

    private boolean hit(FaultChannel channel, Consumer<FaultyLink> fault) {
        boolean some = false;
        for (FaultyLink link : List.copyOf(links)) {
            some |= hit(link, channel, fault);
        }
        return some;
    }

    private static boolean hit(FaultyLink link, FaultChannel channel, Consumer<FaultyLink> fault) {
        boolean meant = channel.isAll() || link.roles().stream().anyMatch(channel::includes);
        if (meant) {
            fault.accept(link);
        }
        return meant;
    }

    private List<Lane> lanes(FaultyLink link, FaultChannel channel) {
        if (channel.isAll() || !link.inline()) {
            return List.of(link.out(), link.in());
        }
        return hitRoles(link, channel);
    }

    private List<Lane> hitRoles(FaultyLink link, FaultChannel channel) {
        return link.roles().stream()
                .filter(channel::includes)
                .map(role -> content(link, role))
                .toList();
    }

    /** The direction that a channel's content takes: only the return path comes back. */
    private Lane content(FaultyLink link, ChannelRole role) {
        boolean toDestination = !role.equals(ChannelRole.RETURN_PATH);
        return toDestination == (side == Side.SOURCE) ? link.out() : link.in();
    }
}
