package io.vmferry.source.outgoing;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.link.LinkListener;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.source.outgoing.ram.HostPage;
import io.vmferry.source.outgoing.ram.RecordOutput;
import java.io.IOException;
import java.util.Optional;

/**
 * The connection of its own for pages that the destination waits for (capability {@code
 * postcopy-preempt}): page records without any section around them, so that they never stand behind
 * the background scan.
 */
final class PreemptChannel implements LinkListener {

    private final OutgoingSession session;
    private final Link link;
    private final RecordOutput records;

    PreemptChannel(OutgoingSession session, Link link) {
        this.session = session;
        this.link = link;
        this.records = session.ram().records().another();
    }

    /** Whether the connection takes a page now. */
    boolean takesMore() {
        return link.writable();
    }

    void send(HostPage page) {
        int mostBytes = RecordOutput.recordsBytes(page.block());
        ByteBuf out = ByteBufAllocator.DEFAULT.directBuffer(mostBytes, mostBytes);
        session.ram().scan().give(page, records.into(out, mostBytes));
        int bytes = out.readableBytes();
        session.counters().transferredBytes += bytes;
        session.countRam(bytes);
        link.write(out);
        link.flush();
        session.probe().reached(PointName.REQUESTED_PAGE_SENT, page);
    }

    /** Says that nothing follows, to destinations of versions that wait for it. */
    void end() {
        if (session.profile().opensPreemptChannelAtStart()) {
            ByteBuf out = ByteBufAllocator.DEFAULT.directBuffer(Long.BYTES);
            records.eos(out);
            link.write(out);
            link.flush();
        }
    }

    @Override
    public void writable() {
        session.pump();
    }

    @Override
    public void received(ByteBuf bytes) {
        session.end(
                Failure.Wire.sequence(
                        ChannelRole.PREEMPT,
                        "%d bytes came back where nothing was expected"
                                .formatted(bytes.readableBytes())));
    }

    /** A newer destination ends this connection first, when it has everything. */
    @Override
    public void closed(Optional<IOException> cause) {
        long sentBytes = session.counters().transferredBytes;
        Failure failure =
                new Failure.Transport(
                        ChannelRole.PREEMPT,
                        sentBytes,
                        "Preempt channel broke after %d bytes were sent: %s"
                                .formatted(
                                        sentBytes,
                                        cause.map(IOException::getMessage)
                                                .orElse("closed by the destination")),
                        cause);
        if (session.drained()) {
            session.channels().endUnlessShut(failure);
        } else {
            session.end(failure);
        }
    }
}
