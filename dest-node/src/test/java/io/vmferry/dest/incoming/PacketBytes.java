package io.vmferry.dest.incoming;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.vmferry.protocol.multifd.InitialPacket;
import io.vmferry.protocol.multifd.PacketWriter;
import io.vmferry.protocol.ram.RamFlags;
import java.util.UUID;

/** Writes what comes on a multifd channel by hand, right or wrong. */
final class PacketBytes {

    private final ByteBuf out = Unpooled.buffer();

    static PacketBytes begin(int channel) {
        return begin(InitialPacket.NO_UUID, channel);
    }

    static PacketBytes begin(UUID uuid, int channel) {
        PacketBytes bytes = new PacketBytes();
        new InitialPacket(uuid, channel).write(bytes.out);
        return bytes;
    }

    PacketBytes sync() {
        PacketWriter.sync(out, false, 0);
        return this;
    }

    /** A packet with one page that is filled with a byte. */
    PacketBytes page(int page, int fill) {
        PacketWriter packet = new PacketWriter();
        packet.page((long) page * RamFlags.PAGE_SIZE);
        packet.header(out, 0, RamFlags.PAGE_SIZE, 0, Destination.BLOCK);
        for (int i = 0; i < RamFlags.PAGE_SIZE; i++) {
            out.writeByte(fill);
        }
        return this;
    }

    byte[] bytes() {
        return ByteBufUtil.getBytes(out);
    }
}
