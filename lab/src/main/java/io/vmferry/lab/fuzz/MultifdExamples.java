package io.vmferry.lab.fuzz;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.vmferry.protocol.multifd.InitialPacket;
import io.vmferry.protocol.multifd.PacketFormat;
import io.vmferry.protocol.multifd.PacketWork;
import io.vmferry.protocol.multifd.PacketWriter;
import io.vmferry.protocol.multifd.Packing;
import io.vmferry.protocol.multifd.WorkBuffers;
import io.vmferry.protocol.options.Capabilities;
import io.vmferry.protocol.options.OptionException;
import io.vmferry.protocol.options.Parameter;
import io.vmferry.protocol.options.Parameters;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.ram.RamFlags;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What sources send on a multifd channel: one example for each channel of the target. */
final class MultifdExamples {

    private static final WorkBuffers BUFFERS = WorkBuffers.toPack();

    private MultifdExamples() {}

    /** Channels from their beginning on, with a few packets. */
    static List<byte[]> channels() {
        List<byte[]> examples = new ArrayList<>();
        for (int channel = 0; channel < MultifdTarget.CHANNELS; channel++) {
            examples.add(channel(channel, channel));
        }
        return examples;
    }

    /**
     * Migrations of the destination with two channels, one for each of its modes: pages come on one
     * channel, and none on the other.
     */
    static List<byte[]> migrations() {
        List<byte[]> examples = new ArrayList<>();
        for (int mode = 0; mode < ChannelsTarget.MODES; mode++) {
            examples.add(migration(mode));
        }
        return examples;
    }

    private static byte[] migration(int mode) {
        boolean old = mode == ChannelsTarget.OLD_MODE;
        ByteBuf first = Unpooled.buffer();
        first.writeBytes(channel(mode, 0));
        PacketWriter.sync(first, old, 1);
        ByteBuf second = Unpooled.buffer();
        new InitialPacket(InitialPacket.NO_UUID, 1).write(second);
        PacketWriter.sync(second, old, 0);
        PacketWriter.sync(second, old, 1);
        ByteBuf out = Unpooled.buffer();
        out.writeByte(mode);
        piece(out, 0, StreamExamples.beginningWithChannels(!old));
        piece(out, 1, ByteBufUtil.getBytes(first));
        piece(out, 2, ByteBufUtil.getBytes(second));
        piece(out, 0, StreamExamples.endWithChannels(!old));
        return ByteBufUtil.getBytes(out);
    }

    private static void piece(ByteBuf out, int connection, byte[] bytes) {
        out.writeByte(connection).writeShort(bytes.length).writeBytes(bytes);
    }

    /**
     * A channel with a packet.
     *
     * @param form how its pages are compressed, as the channel of this number of the target
     */
    private static byte[] channel(int form, int number) {
        boolean zeroPages = form < MultifdTarget.CHANNELS - 1;
        ByteBuf out = Unpooled.buffer();
        new InitialPacket(InitialPacket.NO_UUID, number).write(out);
        PacketWriter.sync(out, !zeroPages, 0);
        Packing packing = packing(form);
        packing.pack(
                packet(packing, zeroPages),
                packed -> {
                    out.writeBytes(packed);
                    packed.release();
                });
        packing.release();
        return ByteBufUtil.getBytes(out);
    }

    private static ByteBuf packet(Packing packing, boolean zeroPages) {
        PacketWriter header = new PacketWriter();
        header.page(0);
        header.page(2 * RamFlags.PAGE_SIZE);
        if (zeroPages) {
            header.zeroPage(RamFlags.PAGE_SIZE);
        }
        int bytes = 2 * RamFlags.PAGE_SIZE;
        ByteBuf packet = Unpooled.directBuffer(PacketFormat.HEADER_BYTES + bytes);
        header.header(packet, packing.flags(), bytes, 1, MiniatureDestination.BLOCK);
        for (int i = 0; i < bytes; i++) {
            packet.writeByte(i / 64);
        }
        return packet;
    }

    private static Packing packing(int channel) {
        Map<Parameter, Object> changes =
                Map.of(Parameter.MULTIFD_COMPRESSION, MultifdTarget.compression(channel).text());
        try {
            Parameters parameters =
                    Parameters.defaults(Profile.DEFAULT)
                            .with(changes, changes.keySet(), Capabilities.none());
            return new Packing(parameters, PacketWork.AT_ONCE, BUFFERS);
        } catch (OptionException e) {
            throw new IllegalStateException(e);
        }
    }
}
