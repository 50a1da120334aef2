package io.vmferry.tools.proxy;

import io.vmferry.machine.control.RefusedException;
import io.vmferry.machine.fault.ByteMarks;
import io.vmferry.machine.fault.FaultControl;
import io.vmferry.machine.fault.FaultSite;
import io.vmferry.machine.fault.Lane;
import io.vmferry.machine.fault.PlannedFault;
import io.vmferry.machine.fault.Trigger;
import io.vmferry.machine.link.Cancellable;
import io.vmferry.machine.link.EngineLoop;
import io.vmferry.protocol.channel.ChannelRole;
import java.time.Clock;
import java.util.List;

/** The faults that have not been injected, and what they wait for. Confined to the loop. */
final class ProxyPlan {

    /** Injects a fault when its position in a channel is reached. */
    interface PositionListener {
        void inject(PlannedFault<PlaceName> fault, ChannelRole channel, Relay relay);
    }

    private final FaultControl<PlaceName> control;
    private final ByteMarks<Relay> marks = new ByteMarks<>();

    ProxyPlan(FaultSite<PlaceName> site, EngineLoop loop, Clock times) {
        this.control = new FaultControl<>(ProxyPlaces.places(), site, loop, times);
    }

    FaultControl<PlaceName> control() {
        return control;
    }

    /**
     * Injects a fault at its byte.
     *
     * @throws RefusedException when that has passed
     */
    Cancellable watch(
            PlannedFault<PlaceName> fault, Trigger.AtByte<PlaceName> at, PositionListener listener)
            throws RefusedException {
        return marks.at(
                at.channel(),
                at.ordinal(),
                at.bytes().orElseThrow(),
                relay -> listener.inject(fault, at.channel(), relay));
    }

    /** A connection is found to carry a channel. */
    void carries(Relay relay, ChannelRole role, Lane lane) {
        marks.carries(relay, role, lane);
    }

    /** Counts something that passes; returns the faults whose place it is. */
    List<PlannedFault<PlaceName>> at(Passing passing) {
        return control.at(passing.name(), passing::argument);
    }

    /** Whether the message to change places with is in front already. */
    boolean swapped(PlannedFault<PlaceName> fault) {
        return ProxyPlaces.swapsWith(fault.action()).filter(control::happened).isPresent();
    }
}
