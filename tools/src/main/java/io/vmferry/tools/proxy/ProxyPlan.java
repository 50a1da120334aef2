package io.vmferry.tools.proxy;

import io.vmferry.machine.fault.ByteMarks;
import io.vmferry.machine.fault.Lane;
import io.vmferry.machine.fault.PlannedFault;
import io.vmferry.machine.fault.Trigger;
import io.vmferry.machine.fault.WaitingFaults;
import io.vmferry.protocol.channel.ChannelRole;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The faults that have not struck. Confined to the loop. */
final class ProxyPlan {

    /** Injects a fault when its position in a channel is reached. */
    interface PositionListener {
        void strike(PlannedFault<PlaceName> fault, ChannelRole channel, Relay relay);
    }

    private final List<PlannedFault<PlaceName>> faults;
    private final WaitingFaults<PlaceName> waiting;
    private final ByteMarks<Relay> marks = new ByteMarks<>();

    /** Those that let messages change places which have done so by themselves. */
    private final Set<PlannedFault<PlaceName>> swapped = new HashSet<>();

    ProxyPlan(List<PlannedFault<PlaceName>> faults, PositionListener listener) {
        this.faults = faults;
        this.waiting = new WaitingFaults<>(faults);
        for (PlannedFault<PlaceName> fault : faults) {
            if (fault.trigger() instanceof Trigger.AtByte<PlaceName> at) {
                marks.at(
                        at.channel(),
                        at.ordinal(),
                        at.bytes().orElseThrow(),
                        relay -> listener.strike(fault, at.channel(), relay));
            }
        }
    }

    /** A connection is found to carry a channel. */
    void carries(Relay relay, ChannelRole role, Lane lane) {
        marks.carries(relay, role, lane);
    }

    /** Those that strike some time after the first connection. */
    List<PlannedFault<PlaceName>> timed() {
        return faults.stream().filter(f -> f.trigger() instanceof Trigger.AfterStart).toList();
    }

    /** Counts something that passes; those that strike there. */
    List<PlannedFault<PlaceName>> at(Passing passing) {
        for (PlannedFault<PlaceName> fault : faults) {
            ProxyPlaces.swapsWith(fault.action())
                    .filter(passing::is)
                    .ifPresent(_ -> swapped.add(fault));
        }
        return waiting.at(passing.name(), passing::argument);
    }

    /** Whether the message to change places with is in front already. */
    boolean swapped(PlannedFault<PlaceName> fault) {
        return swapped.contains(fault);
    }
}
