package io.vmferry.lab.simulator;

import io.vmferry.machine.fault.FaultAction;
import io.vmferry.machine.fault.FaultChannel;
import io.vmferry.protocol.channel.ChannelRole;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Brings actions of fault plans about between the nodes of a simulation, to the connections that
 * are made from one on: what a node's own plan does to its end, the network does to both.
 */
final class NetworkFaults {

    /** How long TCP goes on trying before both ends give a silent connection up. */
    static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final long STALL_NANOS = TimeUnit.SECONDS.toNanos(3);

    private final SimulatedPair pair;
    private final int firstConnection;

    /**
     * @param firstConnection the number of the first connection that may be hit
     */
    NetworkFaults(SimulatedPair pair, int firstConnection) {
        this.pair = pair;
        this.firstConnection = firstConnection;
    }

    /** The connection that carries a channel breaks. */
    static FaultAction cut(ChannelRole role) {
        return new FaultAction.Reset(FaultChannel.of(role));
    }

    /** Nothing arrives for a while. */
    static FaultAction stall(FaultChannel channel) {
        return new FaultAction.Stall(channel, STALL_NANOS);
    }

    /** Does it now; false when there is nothing that it could hit. */
    boolean strike(FaultAction action) {
        return switch (action) {
            case FaultAction.Reset(var channel) -> hit(channel, SimulatedLink::cut);
            case FaultAction.Stall(var channel, long nanos) ->
                    hit(channel, link -> stall(link, channel, nanos));
            case FaultAction.Blackhole(var channel) ->
                    hit(channel, link -> link.halfOpen(PATIENCE_NANOS));
            default -> throw new IllegalArgumentException("No network does " + action);
        };
    }

    private static void stall(SimulatedLink link, FaultChannel channel, long nanos) {
        if (channel.includes(ChannelRole.RETURN_PATH)) {
            link.stall(nanos);
        }
        if (channel.includes(ChannelRole.MAIN) || channel.includes(ChannelRole.PREEMPT)) {
            link.peerEnd().stall(nanos);
        }
    }

    /** Cuts a channel within so many of the bytes that are sent next. */
    void cutAmongBytes(ChannelRole role, long most, Runnable whenCut) {
        pair.network
                .carrying(role, firstConnection)
                .ifPresent(end -> end.cutAfter(1 + pair.random.nextLong(most), whenCut));
    }

    /** Does something to what is open of some channels; false when nothing is. */
    boolean hit(FaultChannel channel, Consumer<SimulatedLink> fault) {
        List<SimulatedLink> meant =
                links().stream()
                        .filter(SimulatedLink::isOpen)
                        .filter(link ->
                                channel.isAll()
                                        || link.roles().stream().anyMatch(channel::includes))
                        .toList();
        meant.forEach(fault);
        return !meant.isEmpty();
    }

    /** The connections that may be hit, by the ends of those who made them. */
    List<SimulatedLink> links() {
        return pair.network.connections().stream().skip(firstConnection).toList();
    }
}
