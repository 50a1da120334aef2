package io.vmferry.lab.simulator;

import io.vmferry.machine.fault.InjectedBug;
import io.vmferry.machine.telemetry.ProtocolPoint;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.status.MigrationStatus;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Brings one {@link Interruption} about, to the connections that are made from now on. */
final class Interruptor {

    private static final long STALL_NANOS = TimeUnit.SECONDS.toNanos(3);

    /** How much later the other side notices. */
    static final long LATE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final SimulatedPair pair;
    private final SimulatedPair.Destination destination;
    private final Interruption interruption;
    private final int firstConnection;
    private int seen;
    private long throwsFromNanos = Long.MAX_VALUE;
    private boolean struck;
    private boolean retired;

    /**
     * @param firstConnection the number of the first connection that may be hit
     */
    Interruptor(
            SimulatedPair pair,
            SimulatedPair.Destination destination,
            Interruption interruption,
            int firstConnection) {
        this.pair = pair;
        this.destination = destination;
        this.interruption = interruption;
        this.firstConnection = firstConnection;
    }

    Interruption.Kind kind() {
        return interruption.kind();
    }

    /** Whether something was hit. */
    boolean struck() {
        return struck;
    }

    /** A protocol point was reached on either side. */
    void atPoint(ProtocolPoint point, SimulatedSide side) {
        Optional<InjectedBug.Type> bug = interruption.kind().bug();
        if (bug.isPresent()) {
            throwAtPoint(bug.get(), point, side);
        } else if (seen++ == interruption.point()) {
            pair.time.schedule(interruption.delayNanos(), this::strike);
        }
    }

    /** At this point, or at the first one when the delay is over. */
    private void throwAtPoint(InjectedBug.Type type, ProtocolPoint point, SimulatedSide side) {
        if (seen++ == interruption.point()) {
            throwsFromNanos = pair.time.nowNanos() + interruption.delayNanos();
        }
        if (!struck && !retired && pair.time.nowNanos() >= throwsFromNanos) {
            struck = true;
            side.throwHere(type.at(point.toString()));
        }
    }

    /** Its round is over: what has not struck will not. */
    void retire() {
        retired = true;
    }

    private void strike() {
        if (!retired) {
            struck = bringAbout();
        }
    }

    private boolean bringAbout() {
        return switch (interruption.kind()) {
            case NONE, EXCEPTION, ERROR -> false;
            case CUT_MAIN -> cut(ChannelRole.MAIN);
            case CUT_RETURN_PATH -> cut(ChannelRole.RETURN_PATH);
            case CUT_PREEMPT -> cut(ChannelRole.PREEMPT);
            case CUT_MAIN_AMONG_BYTES -> cutAmongBytes(ChannelRole.MAIN);
            case CUT_PREEMPT_AMONG_BYTES -> cutAmongBytes(ChannelRole.PREEMPT);
            case STALL -> toAll(link -> both(link, end -> end.stall(STALL_NANOS)));
            case HALF_OPEN -> toAll(link -> link.halfOpen(LATE_NANOS));
            case SILENCE -> toAll(link -> both(link, SimulatedLink::silence));
            case PAUSE_SOURCE -> pauseSource();
            case PAUSE_DESTINATION -> pauseDestination();
            case SOURCE_FIRST -> toAll(link -> resetFirst(link, link.peerEnd()));
            case DESTINATION_FIRST -> toAll(link -> resetFirst(link.peerEnd(), link));
        };
    }

    private interface LinkFault {
        void strike(SimulatedLink link);
    }

    private boolean toAll(LinkFault fault) {
        List<SimulatedLink> open = links().stream().filter(SimulatedLink::isOpen).toList();
        open.forEach(fault::strike);
        return !open.isEmpty();
    }

    private static void both(SimulatedLink link, LinkFault fault) {
        fault.strike(link);
        fault.strike(link.peerEnd());
    }

    private void resetFirst(SimulatedLink first, SimulatedLink later) {
        later.stall(LATE_NANOS + 1);
        pair.time.schedule(LATE_NANOS, later::seesReset);
        first.seesReset();
    }

    private boolean cut(ChannelRole role) {
        Optional<SimulatedLink> link = carrying(role);
        boolean hits = link.map(SimulatedLink::isOpen).orElse(false);
        link.ifPresent(SimulatedLink::cut);
        return hits;
    }

    /** In the middle of a host page, for the most part; struck when it has come. */
    private boolean cutAmongBytes(ChannelRole role) {
        long most = 2 * pair.scenario.guest().memoryPageBytes();
        carrying(role)
                .ifPresent(end ->
                        end.cutAfter(1 + pair.random.nextLong(most), () -> struck = !retired));
        return struck;
    }

    // ---- the user, who asks only where the monitor would let him

    private boolean pauseSource() {
        return mayPause(pair.outgoing.status()) && command(pair.source, pair.outgoing::pause);
    }

    private boolean pauseDestination() {
        return mayPause(destination.engine.status())
                && command(destination.side, destination.engine::pauseByUser);
    }

    private static boolean command(SimulatedSide side, Runnable command) {
        side.host.run(command);
        return true;
    }

    private boolean mayPause(MigrationStatus status) {
        return status == MigrationStatus.POSTCOPY_ACTIVE
                || (pair.scenario.profile().pausesRecovery()
                        && status == MigrationStatus.POSTCOPY_RECOVER);
    }

    // ---- which connections

    List<SimulatedLink> links() {
        return pair.network.connections().stream().skip(firstConnection).toList();
    }

    private Optional<SimulatedLink> carrying(ChannelRole role) {
        return pair.network.carrying(role, firstConnection);
    }
}
