package io.vmferry.tools.proxy;

import io.vmferry.machine.fault.FaultChannel;
import io.vmferry.protocol.channel.ChannelRole;

/** Which way bytes go. */
enum Direction {
    STREAM(FaultChannel.STREAM, "->"),
    RETURN_PATH(FaultChannel.of(ChannelRole.RETURN_PATH), "<-");

    private final FaultChannel channel;
    private final String arrow;

    Direction(FaultChannel channel, String arrow) {
        this.channel = channel;
        this.arrow = arrow;
    }

    /** The channels whose content takes this direction. */
    FaultChannel channel() {
        return channel;
    }

    String text() {
        return channel.text();
    }

    String arrow() {
        return arrow;
    }
}
