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

    private MultifdExamples() {}

    /** Channels from their beginning on, with a few packets. */
    static List<byte[]> channels() {
        List<byte[]> examples = new ArrayList<>();
        for (int channel = 0; channel < MultifdTarget.CHANNELS; channel++) {
            examples.add(channel(channel));
        }
        return examples;
    }

    private static byte[] channel(int number) {
        boolean zeroPages = number < MultifdTarget.CHANNELS - 1;
        ByteBuf out = Unpooled.buffer();
        new InitialPacket(InitialPacket.NO_UUID, number).write(out);
        PacketWriter.sync(out, !zeroPages, 0);
        Packing packing = packing(number);
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
            return new Packing(parameters, PacketWork.AT_ONCE, WorkBuffers.toPack());
        } catch (OptionException e) {
            throw new IllegalStateException(e);
        }
    }
}
