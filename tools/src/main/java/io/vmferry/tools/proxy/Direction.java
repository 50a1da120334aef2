package io.vmferry.tools.proxy;

import io.vmferry.machine.fault.FaultChannel;
import io.vmferry.protocol.channel.ChannelRole;

/** The direction in which bytes are relayed. */
enum Direction {
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

    String text() {
        return channel().text();
    }

    String arrow() {
        return arrow;
    }
}
