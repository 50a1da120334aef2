package io.vmferry.tools.proxy;

import io.netty.buffer.ByteBuf;
import io.vmferry.machine.fault.FaultAction;
import io.vmferry.machine.fault.PlannedFault;
import java.util.List;
import java.util.Optional;

/**
 * Lets through, in one direction of one relay, what a parser has looked at; injects faults there.
 */
record Passage(FaultProxy proxy, Relay relay, Direction direction) implements Outlet {

    private RelayLane lane() {
        return relay.lane(direction);
    }

    @Override
    public void pass(ByteBuf bytes) {
        lane().carry(bytes);
    }

    @Override
    public void message(Passing passing, ByteBuf bytes) {
        proxy.passed(relay, direction, passing);
        List<PlannedFault<PlaceName>> faults = proxy.plan().at(passing);
        boolean dropped = false;
        Optional<PlannedFault<PlaceName>> swap = Optional.empty();
        for (PlannedFault<PlaceName> fault : faults) {
            if (fault.action().hitsMessage()) {
                proxy.injected(fault, passing, relay);
            }
            if (fault.action() instanceof FaultAction.Drop) {
                dropped = true;
            } else if (fault.action() instanceof FaultAction.Swap) {
                swap = Optional.of(fault).filter(f -> !proxy.plan().swapped(f));
            } else if (fault.action() instanceof FaultAction.Hold(long nanos)) {
                lane().lane().stall(nanos);
            }
        }
        if (dropped) {
            bytes.release();
        } else if (swap.isPresent()) {
            lane().swap(bytes, ProxyPlaces.swapsWith(swap.get().action()));
        } else {
            lane().carryMessage(passing, bytes);
        }
        proxy.inject(
                faults.stream().filter(f -> !f.action().hitsMessage()).toList(),
                passing.toString(),
                relay,
                direction);
    }

    @Override
    public void passed(Passing passing) {
        proxy.passed(relay, direction, passing);
        proxy.inject(proxy.plan().at(passing), passing.toString(), relay, direction);
    }

    @Override
    public void unread(String reason) {
        proxy.unread(relay, direction, reason);
    }
}
