package io.vmferry.tools.proxy;

import io.netty.buffer.ByteBuf;
import io.vmferry.protocol.channel.ChannelRole;
import java.util.List;
import java.util.Optional;

/** Lets through, in one direction of one relay, what a parser has looked at; faults strike here. */
record Passage(FaultProxy proxy, Relay relay, Direction direction) implements Outlet {

    private Lane lane() {
        return relay.lane(direction);
    }

    /** What the direction is called where bytes are counted. */
    private Optional<ChannelRole> channel() {
        return direction == Direction.RETURN_PATH
                ? Optional.of(ChannelRole.RETURN_PATH)
                : relay.channel().filter(c -> !c.equals(ChannelRole.RETURN_PATH));
    }

    @Override
    public void pass(ByteBuf bytes) {
        ChannelRole counted = channel().orElse(null);
        while (counted != null && bytes.isReadable()) {
            int until = proxy.plan().bytesUntilNext(counted, bytes.readableBytes());
            if (until == bytes.readableBytes()) {
                break;
            }
            lane().carry(bytes.readRetainedSlice(until));
            proxy.plan().passed(counted, until);
            proxy.strike(proxy.plan().atByte(counted), relay, direction);
        }
        if (counted != null) {
            proxy.plan().passed(counted, bytes.readableBytes());
        }
        lane().carry(bytes);
    }

    @Override
    public void message(Passing passing, ByteBuf bytes) {
        proxy.trace(relay, direction, passing.toString());
        List<ProxyFault> faults = proxy.plan().at(passing);
        boolean dropped = false;
        Optional<ProxyAction.Swap> swap = Optional.empty();
        for (ProxyFault fault : faults) {
            if (fault.action().hitsMessage()) {
                proxy.struck(fault, relay);
            }
            switch (fault.action()) {
                case ProxyAction.Drop _ -> dropped = true;
                case ProxyAction.Swap found ->
                        swap = Optional.of(found).filter(s -> !fault.otherPassed());
                case ProxyAction.Hold(long nanos) -> lane().hold(nanos);
                case ProxyAction.Close _,
                        ProxyAction.Reset _,
                        ProxyAction.Blackhole _,
                        ProxyAction.Delay _,
                        ProxyAction.Throttle _ -> {
                    // strikes behind the message
                }
            }
        }
        if (dropped) {
            bytes.release();
        } else if (swap.isPresent()) {
            lane().swap(bytes, swap.get().other());
        } else {
            proxy.plan().passed(ChannelRole.RETURN_PATH, bytes.readableBytes());
            lane().carryMessage(passing, bytes);
        }
        proxy.strike(
                faults.stream().filter(f -> !f.action().hitsMessage()).toList(), relay, direction);
    }

    @Override
    public void passed(Passing passing) {
        proxy.trace(relay, direction, passing.toString());
        proxy.strike(proxy.plan().at(passing), relay, direction);
    }

    @Override
    public void unread(String reason) {
        proxy.trace(relay, direction, "carried unread from here: " + reason);
    }
}
