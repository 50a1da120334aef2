package io.vmferry.dest.incoming;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.link.LinkListener;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.returnpath.ReturnPathPreamble;
import io.vmferry.protocol.stream.SectionType;
import io.vmferry.protocol.stream.StreamException;
import io.vmferry.protocol.stream.StreamWriter;
import java.io.IOException;
import java.util.Optional;

/**
 * Finds out what a newly accepted connection is from its first bytes: a main channel, our return
 * path, or nothing that belongs here. As QEMU does it since it recognises channels by their magic;
 * other than there a main channel needs the whole beginning of its stream.
 */
final class ChannelSorter implements LinkListener {

    private final ConnectionAcceptor acceptor;
    private final Link link;
    private final long acceptedNanos;
    private final ByteBuf start = Unpooled.buffer(ReturnPathPreamble.WIRE_BYTES);
    private boolean begun;

    /**
     * @param acceptedNanos when the connection came, in the loop's time
     */
    ChannelSorter(ConnectionAcceptor acceptor, Link link, long acceptedNanos) {
        this.acceptor = acceptor;
        this.link = link;
        this.acceptedNanos = acceptedNanos;
    }

    Link link() {
        return link;
    }

    long acceptedNanos() {
        return acceptedNanos;
    }

    /** Whether nothing that has come speaks for another channel; this one has no magic. */
    boolean mayBePreempt() {
        return start.readableBytes() < Integer.BYTES
                || !(startsWithMagic() || ReturnPathPreamble.startsWith(start.getInt(0)));
    }

    /** The others are there, so this one can only be the preempt channel. */
    void isPreempt() {
        acceptor.preemptChannel(link, start);
    }

    @Override
    public void received(ByteBuf bytes) {
        start.writeBytes(bytes);
        if (start.readableBytes() < Integer.BYTES) {
            return;
        }
        if (ReturnPathPreamble.startsWith(start.getInt(0))) {
            pairReturnPath();
        } else if (startsWithMagic()) {
            mainChannel();
        } else if (acceptor.awaitsPreempt()) {
            // pages may come before the main channel has said a word: kept until it has
            link.reading(false);
        } else if (begun || beginsRecovery()) {
            recoveryChannel();
        } else {
            acceptor.unrecognized(
                    link,
                    start,
                    "%s is not a migration source: expected the magic 0x%08x at offset 0, got 0x%08x"
                            .formatted(link.peer(), StreamWriter.MAGIC, start.getInt(0)));
        }
    }

    private boolean startsWithMagic() {
        return start.getInt(0) == StreamWriter.MAGIC;
    }

    private boolean beginsRecovery() {
        return start.getByte(0) == SectionType.COMMAND.code() && acceptor.awaitsRecovery();
    }

    private void pairReturnPath() {
        try {
            ReturnPathPreamble.read(start)
                    .ifPresent(
                            preamble -> acceptor.returnPathChannel(link, preamble.migrationId()));
        } catch (StreamException e) {
            acceptor.unrecognized(
                    link, start, "Return path of " + link.peer() + ": " + e.getMessage());
        }
    }

    private void mainChannel() {
        if (!acceptor.awaitsMain()) {
            acceptor.mainChannel(link, start);
            return;
        }
        begin();
        if (StreamBeginning.wholeMigration(start)) {
            acceptor.mainChannel(link, start);
        }
    }

    private void recoveryChannel() {
        if (!acceptor.awaitsRecovery()) {
            acceptor.lateRecovery(link);
            return;
        }
        begin();
        if (StreamBeginning.wholeRecovery(start)) {
            acceptor.recoveryChannel(link, start);
        }
    }

    /** What has come so far occupies nothing: another connection may be the true one. */
    private void begin() {
        begun = true;
        link.carries(ChannelRole.MAIN);
    }

    /** A stream that ends within its beginning ends as one that ends later. */
    @Override
    public void closed(Optional<IOException> cause) {
        if (!begun || !acceptor.endedWithin(link, start, cause)) {
            acceptor.undecidedClosed(link, start, cause);
        }
    }
}
