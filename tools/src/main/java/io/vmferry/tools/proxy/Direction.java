package io.vmferry.tools.proxy;

import io.vmferry.machine.fault.FaultChannel;
import io.vmferry.protocol.Named;
import io.vmferry.protocol.channel.ChannelRole;

/** The direction in which bytes are relayed. */
enum Direction implements Named {
    STREAM("->"),
    RETURN_PATH("<-");

    private final String arrow;

    Direction(String arrow) {
        this.arrow = arrow;
    }

    /** The channels whose content takes this direction. */
    FaultChannel channel() {
        return this == STREAM ? FaultChannel.STREAM : FaultChannel.of(ChannelRole.RETURN_PATH);
    }

    String arrow() {
        return arrow;
    }
}
