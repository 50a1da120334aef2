package io.vmferry.dest.incoming.accept;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.link.LinkListener;
import io.vmferry.protocol.channel.ChannelBeginning;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.returnpath.ReturnPathPreamble;
import io.vmferry.protocol.stream.StreamWriter;
import java.io.IOException;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** An accepted connection whose channel is not known yet, and what it has brought so far. */
final class ChannelSorter implements LinkListener {

    private final Link link;
    private final long acceptedNanos;
    private final Consumer<ChannelSorter> more;
    private final BiConsumer<ChannelSorter, Optional<IOException>> ended;
    private final ByteBuf start = Unpooled.buffer(ReturnPathPreamble.WIRE_BYTES);
    private boolean begun;

    /**
     * @param acceptedNanos when the connection came, in the loop's time
     * @param more gets this when more has come
     * @param ended gets this when the connection has ended
     */
    ChannelSorter(
            Link link,
            long acceptedNanos,
            Consumer<ChannelSorter> more,
            BiConsumer<ChannelSorter, Optional<IOException>> ended) {
        this.link = link;
        this.acceptedNanos = acceptedNanos;
        this.more = more;
        this.ended = ended;
    }

    Link link() {
        return link;
    }

    long acceptedNanos() {
        return acceptedNanos;
    }

    /** All that has come. */
    ByteBuf start() {
        return start;
    }

    /** Whether it has begun as a main channel, when one was waited for. */
    boolean begun() {
        return begun;
    }

    /** What has come so far occupies nothing: another connection may be the true one. */
    void begin() {
        begun = true;
        link.carries(ChannelRole.MAIN);
    }

    Recognition.Shown shown() {
        return Recognition.Shown.of(ChannelBeginning.of(start), begun);
    }

    /** Why the connection is no channel at all. */
    String noChannel() {
        return "%s is not a migration source: expected the magic 0x%08x at offset 0, got 0x%08x"
                .formatted(link.peer(), StreamWriter.MAGIC, start.getInt(0));
    }

    @Override
    public void received(ByteBuf bytes) {
        start.writeBytes(bytes);
        more.accept(this);
    }

    /** A stream that ends within its beginning ends as one that ends later. */
    @Override
    public void closed(Optional<IOException> cause) {
        ended.accept(this, cause);
    }
}
