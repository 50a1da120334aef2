package io.vmferry.dest.incoming.channel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.vmferry.machine.link.Link;
import io.vmferry.protocol.returnpath.ReturnPathMessage;
import io.vmferry.protocol.returnpath.ReturnPathWriter;

/** The return path as the destination writes it, on whichever connection carries it. */
public record IncomingReturnPath(Link link) {

    boolean writable() {
        return link.writable();
    }

    public void send(ReturnPathMessage message) {
        ByteBuf out = ByteBufAllocator.DEFAULT.directBuffer(64);
        ReturnPathWriter.write(out, message);
        link.write(out);
        link.flush();
    }
}
