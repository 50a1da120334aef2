package io.vmferry.dest.incoming.accept;

import io.netty.buffer.ByteBuf;
import io.vmferry.protocol.stream.SectionType;
import io.vmferry.protocol.stream.StreamWriter;
import io.vmferry.protocol.stream.WireStrings;

/**
 * Looks whether the beginning of a stream is there as a whole: header and machine name of a
 * migration, the first command of a recovery. A source sends it at once, so that a connection that
 * is silent within it is none. Whether the beginning is right is for the reader of the stream to
 * say: one that is wrong counts as whole.
 */
final class StreamBeginning {

    private static final int FILE_HEADER_BYTES = 8;
    private static final int NAME_HEAD_BYTES = 5;
    private static final int COMMAND_HEAD_BYTES = 5;

    private StreamBeginning() {}

    /**
     * @param bytes all that has come, beginning with the magic; nothing is consumed
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

    /**
     * @param bytes all that has come, beginning with the type of a command; nothing is consumed
     */
    static boolean wholeRecovery(ByteBuf bytes) {
        if (bytes.readableBytes() < COMMAND_HEAD_BYTES) {
            return false;
        }
        int length = bytes.getUnsignedShort(bytes.readerIndex() + 3);
        // a recovery begins with the name of a block
        return length > 1 + WireStrings.MAX_CSTR_BYTES
                || bytes.readableBytes() >= COMMAND_HEAD_BYTES + length;
    }
}
