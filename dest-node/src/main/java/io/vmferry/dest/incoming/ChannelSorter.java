package io.vmferry.dest.incoming;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.link.LinkListener;
import io.vmferry.protocol.returnpath.ReturnPathPreamble;
import io.vmferry.protocol.stream.SectionType;
import io.vmferry.protocol.stream.StreamException;
import io.vmferry.protocol.stream.StreamWriter;
import java.io.IOException;
import java.util.Optional;

/**
 * Finds out what a newly accepted connection is from its first bytes: a main channel, our return
 * path, or nothing that belongs here. As QEMU does it since it recognises channels by their magic.
 */
final class ChannelSorter implements LinkListener {

    private final ConnectionAcceptor acceptor;
    private final Link link;
    private final ByteBuf start = Unpooled.buffer(ReturnPathPreamble.WIRE_BYTES);

    ChannelSorter(ConnectionAcceptor acceptor, Link link) {
        this.acceptor = acceptor;
        this.link = link;
    }

    Link link() {
        return link;
    }

    /** The others are there, so this one can only be the preempt channel. */
    void isPreempt() {
        acceptor.preemptChannel(link, start);
    }

    @Override
    public void received(ByteBuf bytes) {
        int wanted = ReturnPathPreamble.WIRE_BYTES - start.readableBytes();
        start.writeBytes(bytes, Math.min(bytes.readableBytes(), wanted));
        if (start.readableBytes() < Integer.BYTES) {
            return;
        }
        int magic = start.getInt(0);
        if (ReturnPathPreamble.startsWith(magic)) {
            pairReturnPath();
        } else if (magic == StreamWriter.MAGIC) {
            acceptor.mainChannel(link, Unpooled.wrappedBuffer(start, bytes));
        } else if (acceptor.awaitsPreempt()) {
            // pages may come before the main channel has said a word: kept until it has
            start.writeBytes(bytes);
            link.reading(false);
        } else if (start.getByte(0) != SectionType.COMMAND.code()
                || !acceptor.recoveryChannel(link, Unpooled.wrappedBuffer(start, bytes))) {
            acceptor.unrecognized(
                    link,
                    "%s is not a migration source: expected the magic 0x%08x at offset 0, got 0x%08x"
                            .formatted(link.peer(), StreamWriter.MAGIC, magic));
        }
    }

    private void pairReturnPath() {
        try {
            ReturnPathPreamble.read(start)
                    .ifPresent(
                            preamble -> acceptor.returnPathChannel(link, preamble.migrationId()));
        } catch (StreamException e) {
            acceptor.unrecognized(link, "Return path of " + link.peer() + ": " + e.getMessage());
        }
    }

    @Override
    public void closed(Optional<IOException> cause) {
        acceptor.undecidedClosed(link, start.readableBytes(), cause);
    }
}
