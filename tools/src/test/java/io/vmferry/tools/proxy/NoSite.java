package io.vmferry.tools.proxy;

import io.vmferry.machine.control.ControlledChannel;
import io.vmferry.machine.control.CutKind;
import io.vmferry.machine.fault.FaultChannel;
import io.vmferry.machine.fault.FaultSite;
import io.vmferry.machine.fault.PlannedFault;
import io.vmferry.machine.fault.Trigger;
import io.vmferry.machine.link.Cancellable;
import java.util.List;

/** A place without connections. */
final class NoSite implements FaultSite<PlaceName> {

    @Override
    public String text(PlaceName name) {
        return name.text();
    }

    @Override
    public void timeIsUp(PlannedFault<PlaceName> fault) {
        // hits nothing
    }

    @Override
    public Cancellable watch(PlannedFault<PlaceName> fault, Trigger.AtByte<PlaceName> at) {
        return () -> {};
    }

    @Override
    public List<ControlledChannel> channels() {
        return List.of();
    }

    @Override
    public boolean cut(FaultChannel channel, CutKind kind) {
        return false;
    }

    @Override
    public boolean restore(FaultChannel channel) {
        return false;
    }
}
