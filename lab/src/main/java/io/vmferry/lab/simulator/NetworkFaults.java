package io.vmferry.lab.simulator;

import io.vmferry.machine.fault.FaultAction;
import io.vmferry.machine.fault.FaultChannel;
import io.vmferry.protocol.channel.ChannelRole;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Injects actions of fault plans into the simulated network, for the connections from a given one
 * on: a node's own plan affects its end, the network affects both.
 *
 * @param firstConnection the number of the first connection to which faults apply
 */
record NetworkFaults(SimulatedPair pair, int firstConnection) {

    /** The time until TCP reports a silent connection as broken at both ends. */
    static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final long STALL_NANOS = TimeUnit.SECONDS.toNanos(3);

    /** Breaks the connection that carries a channel. */
    static FaultAction cut(ChannelRole role) {
        return new FaultAction.Reset(FaultChannel.of(role));
    }

    /** Delivers nothing of a channel for a while. */
    static FaultAction stall(ChannelRole role) {
        return stall(FaultChannel.of(role));
    }

    /** Delivers nothing for a while. */
    static FaultAction stall(FaultChannel channel) {
        return new FaultAction.Stall(channel, STALL_NANOS);
    }

    /** Injects it now; false when it has no effect. */
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
        boolean toDestination =
                channel.roles().stream().anyMatch(role -> !role.equals(ChannelRole.RETURN_PATH));
        if (channel.isAll() || toDestination) {
            link.peerEnd().stall(nanos);
        }
    }

    /** Cuts a channel within the next {@code most} bytes. */
    void cutAmongBytes(ChannelRole role, long most, Runnable whenCut) {
        pair.network
                .carrying(role, firstConnection)
                .ifPresent(end -> end.cutAfter(1 + pair.random.nextLong(most), whenCut));
    }

    /** Applies a fault to the open connections of some channels; false when there is none. */
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

    /** The connections to which faults apply, by the ends that opened them. */
    List<SimulatedLink> links() {
        return pair.network.connections().stream().skip(firstConnection).toList();
    }
}
