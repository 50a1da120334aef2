package io.vmferry.dest.incoming.accept;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.link.LinkListener;
import io.vmferry.protocol.channel.ChannelBeginning;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.returnpath.ReturnPathPreamble;
import io.vmferry.protocol.stream.SectionType;
import io.vmferry.protocol.stream.StreamWriter;
import io.vmferry.protocol.stream.WireStrings;
import java.io.IOException;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** An accepted connection whose role is not known yet, with the bytes received so far. */
final class ChannelSorter implements LinkListener {

    private static final int FILE_HEADER_BYTES = 8;
    private static final int NAME_HEAD_BYTES = 5;
    private static final int COMMAND_HEAD_BYTES = 5;

    private final Link link;
    private final long acceptedNanos;
    private final Consumer<ChannelSorter> more;
    private final BiConsumer<ChannelSorter, Optional<IOException>> ended;
    private final ByteBuf start = Unpooled.buffer(ReturnPathPreamble.WIRE_BYTES);
    private boolean begun;
    private boolean beforeMain;

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

    /** Notes that it begins as a main channel, whose role it does not take before it is whole. */
    void begin() {
        begun = true;
        link.carries(ChannelRole.MAIN);
    }

    /** Notes that it came before the main channel. */
    void markBeforeMain() {
        beforeMain = true;
    }

    boolean isBeforeMain() {
        return beforeMain;
    }

    /** Whether it may be the preempt channel, which comes after the main one. */
    boolean mayBePreempt() {
        return !beforeMain && shown().mayBePreempt();
    }

    Recognition.Shown shown() {
        return Recognition.Shown.of(ChannelBeginning.of(start), begun);
    }

    /**
     * Whether header and machine name of a migration are here as a whole. A source sends them at
     * once, so that a connection that is silent within them is none. Whether they are right is for
     * the reader of the stream to say: a beginning that is wrong counts as whole.
     */
    static boolean wholeMigration(ByteBuf bytes) {
        int at = bytes.readerIndex();
        int count = bytes.readableBytes();
        if (count < FILE_HEADER_BYTES) {
            return false;
        }
        if (bytes.getInt(at + Integer.BYTES) != StreamWriter.VERSION) {
            return true;
        }
        int name = at + FILE_HEADER_BYTES;
        if (count < FILE_HEADER_BYTES + NAME_HEAD_BYTES) {
            return count > FILE_HEADER_BYTES
                    && bytes.getByte(name) != SectionType.CONFIGURATION.code();
        }
        long nameBytes = bytes.getUnsignedInt(name + 1);
        return bytes.getByte(name) != SectionType.CONFIGURATION.code()
                || nameBytes > WireStrings.MAX_CSTR_BYTES
                || count >= FILE_HEADER_BYTES + NAME_HEAD_BYTES + nameBytes;
    }

    /** The same of the first command of a recovery. */
    static boolean wholeRecovery(ByteBuf bytes) {
        if (bytes.readableBytes() < COMMAND_HEAD_BYTES) {
            return false;
        }
        int length = bytes.getUnsignedShort(bytes.readerIndex() + 3);
        // a recovery begins with the name of a block
        return length > 1 + WireStrings.MAX_CSTR_BYTES
                || bytes.readableBytes() >= COMMAND_HEAD_BYTES + length;
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
