package io.vmferry.protocol.returnpath;

import io.netty.buffer.ByteBuf;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;
import java.util.Optional;
import java.util.UUID;

/**
 * The first bytes of a return path that is a connection of its own, sent by the source, which opens
 * it: {@code u32 magic, u32 version, 16 bytes id}. Not known to QEMU.
 *
 * @param migrationId the id that the main stream's configuration announces
 */
public record ReturnPathPreamble(UUID migrationId) {

    /** "VMFR". */
    public static final int MAGIC = 0x564D_4652;

    /** The only version. */
    public static final int VERSION = 1;

    /** Bytes on the wire. */
    public static final int WIRE_BYTES = 24;

    private static final Optional<String> PLACE = Optional.of("preamble");

    /** Appends the preamble. */
    public void write(ByteBuf out) {
        out.writeInt(MAGIC)
                .writeInt(VERSION)
                .writeLong(migrationId.getMostSignificantBits())
                .writeLong(migrationId.getLeastSignificantBits());
    }

    /** Whether a connection that begins with these four bytes is a return path. */
    public static boolean startsWith(int firstWord) {
        return firstWord == MAGIC;
    }

    /** Reads a preamble; empty, and nothing consumed, when it is not there as a whole. */
    public static Optional<ReturnPathPreamble> read(ByteBuf in) throws StreamException {
        int at = in.readerIndex();
        if (in.readableBytes() >= 4 && in.getInt(at) != MAGIC) {
            throw StreamException.of(
                            StreamError.RP_PREAMBLE_MAGIC,
                            "Not a return path: expected magic 0x%08x, saw 0x%08x"
                                    .formatted(MAGIC, in.getInt(at)))
                    .onReturnPath(0, PLACE);
        }
        if (in.readableBytes() >= 8 && in.getInt(at + 4) != VERSION) {
            throw StreamException.of(
                            StreamError.RP_PREAMBLE_VERSION,
                            "Return path of version %s, expected %d"
                                    .formatted(
                                            Integer.toUnsignedString(in.getInt(at + 4)), VERSION))
                    .onReturnPath(4, PLACE);
        }
        if (in.readableBytes() < WIRE_BYTES) {
            return Optional.empty();
        }
        in.skipBytes(8);
        return Optional.of(new ReturnPathPreamble(new UUID(in.readLong(), in.readLong())));
    }
}
