package io.vmferry.lab.simulator;

import io.vmferry.machine.fault.FaultChannel;
import io.vmferry.machine.fault.InjectedBug;
import io.vmferry.machine.telemetry.ProtocolPoint;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.profile.Trait;
import io.vmferry.protocol.status.MigrationStatus;
import java.util.List;
import java.util.Optional;

/** Injects one {@link Interruption} into the connections that are made from now on. */
final class Interruptor {

    /** The delay until the other side notices. */
    static final long LATE_NANOS = NetworkFaults.PATIENCE_NANOS;

    private final SimulatedPair pair;
    private final SimulatedPair.Destination destination;
    private final Interruption interruption;
    private final NetworkFaults network;
    private int seen;
    private long throwsFromNanos = Long.MAX_VALUE;
    private boolean struck;
    private boolean retired;

    /**
     * @param firstConnection the number of the first connection that it may affect
     */
    Interruptor(
            SimulatedPair pair,
            SimulatedPair.Destination destination,
            Interruption interruption,
            int firstConnection) {
        this.pair = pair;
        this.destination = destination;
        this.interruption = interruption;
        this.network = new NetworkFaults(pair, firstConnection);
    }

    Interruption.InterruptionKind kind() {
        return interruption.kind();
    }

    /** Whether it had an effect. */
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

    /** Ends its round: an interruption that has not happened will not. */
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
            case CUT_MAIN, CUT_RETURN_PATH, CUT_PREEMPT, STALL, HALF_OPEN ->
                    network.strike(interruption.kind().action().orElseThrow());
            case CUT_MAIN_AMONG_BYTES -> cutAmongBytes(ChannelRole.MAIN);
            case CUT_PREEMPT_AMONG_BYTES -> cutAmongBytes(ChannelRole.PREEMPT);
            case SILENCE -> network.hit(FaultChannel.ALL, Interruptor::silence);
            case PAUSE_SOURCE -> pauseSource();
            case PAUSE_DESTINATION -> pauseDestination();
            case SOURCE_FIRST ->
                    network.hit(FaultChannel.ALL, link -> resetFirst(link, link.peerEnd()));
            case DESTINATION_FIRST ->
                    network.hit(FaultChannel.ALL, link -> resetFirst(link.peerEnd(), link));
        };
    }

    private static void silence(SimulatedLink link) {
        link.silence();
        link.peerEnd().silence();
    }

    private void resetFirst(SimulatedLink first, SimulatedLink later) {
        later.stall(LATE_NANOS + 1);
        pair.time.schedule(LATE_NANOS, later::seesReset);
        first.seesReset();
    }

    /** Cuts the connection, mostly in the middle of a host page. */
    private boolean cutAmongBytes(ChannelRole role) {
        long most = 2 * pair.scenario.guest().memoryPageBytes();
        network.cutAmongBytes(role, most, () -> struck = !retired);
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
                || (pair.scenario.profile().has(Trait.PAUSE_OF_RECOVERY)
                        && status == MigrationStatus.POSTCOPY_RECOVER);
    }

    // ---- which connections

    List<SimulatedLink> links() {
        return network.links();
    }
}
