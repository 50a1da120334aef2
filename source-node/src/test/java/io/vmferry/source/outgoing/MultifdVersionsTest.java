package io.vmferry.source.outgoing;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vmferry.protocol.multifd.InitialPacket;
import io.vmferry.protocol.multifd.PacketFormat;
import io.vmferry.protocol.multifd.PacketHeader;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.options.Parameter;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.ram.RamFlags;
import io.vmferry.protocol.status.MigrationStatus;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The packets and the marks that a source of each version sends, on one channel. */
class MultifdVersionsTest {

    private static final int PAGES = 3;

    private static PhaseRig rig(Profile profile) throws Exception {
        PhaseRig rig =
                new PhaseRig(
                        profile,
                        "",
                        false,
                        PAGES,
                        Map.of(Parameter.MULTIFD_CHANNELS, 1L),
                        Capability.MULTIFD);
        rig.status(MigrationStatus.ACTIVE);
        // the second page is zeros
        rig.ram.blocks().getFirst().fill(0, (byte) 1);
        rig.ram.blocks().getFirst().fill(2, (byte) 3);
        return rig;
    }

    /** What was sent on the channel behind its initial packet. */
    private static ByteBuf packets(PhaseRig rig) {
        return rig.links.get(1).beginning.skipBytes(InitialPacket.WIRE_BYTES);
    }

    private static PacketHeader header(ByteBuf packets) {
        return new PacketHeader(packets.readSlice(PacketFormat.HEADER_BYTES), true);
    }

    /**
     * A channel is synchronised with each mark of the stream: MULTIFD_FLUSH, or before there was
     * one the end of each payload.
     */
    @ParameterizedTest
    @CsvSource({
        "QEMU_7_2, false, 128",
        "QEMU_8_2, true, 128",
        "QEMU_9_2, true, 0",
        "QEMU_10_2, true, 0",
        "QEMU_11_1, true, 0"
    })
    void marksAndSynchronisations(Profile profile, boolean flushed, int room) throws Exception {
        try (PhaseRig rig = rig(profile)) {
            ByteBuf setup = Unpooled.buffer();
            rig.parts.sections.ram().setup(setup);
            ByteBuf sync = packets(rig);
            assertThat(sync.readableBytes()).isEqualTo(PacketFormat.HEADER_BYTES);
            PacketHeader header = header(sync);
            assertThat(header.sync()).isTrue();
            assertThat(header.pagesAllocated()).isEqualTo(room);
            assertThat(header.pages()).isZero();
            long end = setup.getLong(setup.writerIndex() - Long.BYTES);
            long before = setup.getLong(setup.writerIndex() - 2 * Long.BYTES);
            assertThat(end).isEqualTo(RamFlags.EOS);
            assertThat(before == RamFlags.MULTIFD_FLUSH).isEqualTo(flushed);

            ByteBuf part = Unpooled.buffer();
            rig.parts.sections.ram().end(part);
            assertThat(part.readLong()).isEqualTo(RamFlags.EOS);
            assertThat(part.isReadable()).isFalse();
            assertThat(sync.readableBytes()).isEqualTo(flushed ? 0 : PacketFormat.HEADER_BYTES);
        }
    }

    /** Zero pages are in the packet from 9.0 on, before they are records of the stream. */
    @ParameterizedTest
    @CsvSource({"QEMU_7_2, 0", "QEMU_8_2, 0", "QEMU_9_2, 1", "QEMU_10_2, 1", "QEMU_11_1, 1"})
    void zeroPages(Profile profile, int inPacket) throws Exception {
        try (PhaseRig rig = rig(profile)) {
            rig.parts.sections.ram().setup(Unpooled.buffer());
            ByteBuf stream = Unpooled.directBuffer();
            stream.ensureWritable(1 << 20);
            rig.parts.sections.ram().iterate(stream, 1 << 20);
            ByteBuf packets = packets(rig).skipBytes(PacketFormat.HEADER_BYTES);
            PacketHeader header = header(packets);
            assertThat(header.sync()).isFalse();
            assertThat(header.pagesAllocated()).isEqualTo(PacketFormat.MAX_PAGES);
            assertThat(header.normalPages()).isEqualTo(PAGES - 1);
            assertThat(header.zeroPages()).isEqualTo(inPacket);
            assertThat(rig.parts.counters.pages.zeroPages).isEqualTo(1);
            assertThat(stream.getLong(0) & RamFlags.ZERO)
                    .as("a record of the stream")
                    .isEqualTo(inPacket > 0 ? 0 : RamFlags.ZERO);
            stream.release();
        }
    }
}
