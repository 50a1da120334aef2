package io.vmferry.dest.incoming;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.vmferry.machine.link.Link;
import io.vmferry.protocol.returnpath.ReturnPathMessage;
import io.vmferry.protocol.returnpath.ReturnPathWriter;

/** The return path as the destination writes it, on whichever connection carries it. */
final class IncomingReturnPath {

    private final Link link;

    IncomingReturnPath(Link link) {
        this.link = link;
    }

    boolean writable() {
        return link.writable();
    }

    void send(ReturnPathMessage message) {
        ByteBuf out = ByteBufAllocator.DEFAULT.directBuffer(64);
        ReturnPathWriter.write(out, message);
        link.write(out);
        link.flush();
    }
}
