package io.vmferry.protocol.channel;

import io.netty.buffer.ByteBuf;
import io.vmferry.protocol.multifd.InitialPacket;
import io.vmferry.protocol.returnpath.ReturnPathPreamble;
import io.vmferry.protocol.stream.SectionType;
import io.vmferry.protocol.stream.StreamWriter;

/** What the first bytes of a connection show of the channel that it carries. */
public enum ChannelBeginning {
    /** Too few bytes to decide; also a preempt channel without pages. */
    SILENT,

    /** The magic of QEMU's stream: a main channel. */
    MAGIC,

    /** The preamble of a return path that has a connection of its own. */
    PREAMBLE,

    /** The magic of a multifd channel. */
    MULTIFD,

    /** A command: the main channel of a recovery. */
    COMMAND,

    /** Nothing of that: a preempt channel, which has no beginning of its own, or no channel. */
    OTHER;

    /**
     * The beginning of a connection.
     *
     * @param bytes all that has come; nothing is consumed
     */
    public static ChannelBeginning of(ByteBuf bytes) {
        if (bytes.readableBytes() < Integer.BYTES) {
            return SILENT;
        }
        int first = bytes.getInt(bytes.readerIndex());
        if (first == StreamWriter.MAGIC) {
            return MAGIC;
        }
        if (ReturnPathPreamble.startsWith(first)) {
            return PREAMBLE;
        }
        if (InitialPacket.startsWith(first)) {
            return MULTIFD;
        }
        return first >>> 24 == SectionType.COMMAND.code() ? COMMAND : OTHER;
    }
}
