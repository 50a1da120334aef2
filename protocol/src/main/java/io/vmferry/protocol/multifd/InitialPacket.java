package io.vmferry.protocol.multifd;

import io.netty.buffer.ByteBuf;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;
import java.util.Optional;
import java.util.UUID;

/**
 * The first packet of a channel, which says whose it is. QEMU's {@code MultiFDInit_t}.
 *
 * @param uuid of the guest, all zeros for one without
 * @param channel from 0; below the number of channels, which the destination has to know
 */
public record InitialPacket(UUID uuid, int channel) {

    /** Bytes on the wire. */
    public static final int WIRE_BYTES = 64;

    /** The uuid of a guest that has none. */
    public static final UUID NO_UUID = new UUID(0, 0);

    private static final int CHANNEL_AT = 24;

    /** Whether a connection that begins with these four bytes is such a channel. */
    public static boolean startsWith(int firstWord) {
        return firstWord == PacketFormat.MAGIC;
    }

    /**
     * The channel that a packet of any guest names; 255, which none has, is taken for no name.
     *
     * @param bytes all that has come, with the right magic
     * @return empty as long as the number is not there
     */
    public static Optional<Integer> channel(ByteBuf bytes) {
        return bytes.readableBytes() <= CHANNEL_AT
                ? Optional.empty()
                : Optional.of((int) bytes.getUnsignedByte(bytes.readerIndex() + CHANNEL_AT));
    }

    /** Appends the packet. */
    public void write(ByteBuf out) {
        out.writeInt(PacketFormat.MAGIC)
                .writeInt(PacketFormat.VERSION)
                .writeLong(uuid.getMostSignificantBits())
                .writeLong(uuid.getLeastSignificantBits())
                .writeByte(channel)
                .writeZero(WIRE_BYTES - CHANNEL_AT - 1);
    }

    /**
     * Reads a packet whose magic is right; empty, and nothing consumed, when it is not there as a
     * whole.
     *
     * @param expected the uuid of the guest here
     * @param channels how many channels there are
     */
    public static Optional<InitialPacket> read(ByteBuf in, UUID expected, int channels)
            throws StreamException {
        if (in.readableBytes() < WIRE_BYTES) {
            return Optional.empty();
        }
        ByteBuf packet = in.slice(in.readerIndex(), WIRE_BYTES);
        PacketHeader.requireVersion(packet);
        UUID uuid = new UUID(packet.getLong(8), packet.getLong(16));
        int channel = packet.getUnsignedByte(CHANNEL_AT);
        if (!uuid.equals(expected)) {
            throw StreamException.of(
                    StreamError.MULTIFD_UUID,
                    "multifd: received uuid '%s' and expected uuid '%s' for channel %d"
                            .formatted(uuid, expected, channel));
        }
        if (channel >= channels) {
            throw StreamException.of(
                    StreamError.MULTIFD_CHANNEL,
                    "multifd: received channel id %d is greater than number of channels %d"
                            .formatted(channel, channels));
        }
        in.skipBytes(WIRE_BYTES);
        return Optional.of(new InitialPacket(uuid, channel));
    }
}
