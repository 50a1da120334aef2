package io.vmferry.source.outgoing;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vmferry.protocol.multifd.PacketFormat;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.options.Parameter;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.source.outgoing.phase.Next;
import io.vmferry.source.outgoing.phase.Phase;
import io.vmferry.source.outgoing.state.Stage;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sending on multifd channels, whose packets are compressed when the test says so. */
class MultifdPhaseTest {

    private static final int PACKET_PAGES = 128;
    private static final int PACKET_BYTES = PACKET_PAGES * 4096;

    private static PhaseRig rig(
            int channels, String compression, String devices, int packets, Capability... more)
            throws Exception {
        return rig(Profile.QEMU_10_2, channels, compression, devices, packets, more);
    }

    private static PhaseRig rig(
            Profile profile,
            int channels,
            String compression,
            String devices,
            int packets,
            Capability... more)
            throws Exception {
        EnumSet<Capability> on = EnumSet.of(Capability.MULTIFD, more);
        PhaseRig rig =
                new PhaseRig(
                        profile,
                        devices,
                        false,
                        packets * PACKET_PAGES,
                        Map.of(
                                Parameter.MULTIFD_CHANNELS,
                                (long) channels,
                                Parameter.MULTIFD_COMPRESSION,
                                compression),
                        on.toArray(new Capability[0]));
        begin(rig, packets * PACKET_PAGES);
        return rig;
    }

    private static void begin(PhaseRig rig, int pages) {
        for (int page = 0; page < pages; page++) {
            rig.ram.blocks().getFirst().fill(page, (byte) (1 + page % 100));
        }
        rig.status(MigrationStatus.ACTIVE);
        rig.dirty(true);
        rig.loop.holdSideTasks();
        rig.parts.window.limit(0);
    }

    private static Next sendAll(Phase phase) {
        Next next = phase.advance();
        for (int steps = 0; next instanceof Next.Again; steps++) {
            assertThat(steps).as("parts, most of them without a page").isLessThan(200);
            next = phase.advance();
        }
        return next;
    }

    private static long pending(PhaseRig rig) {
        return rig.parts.multifd.pendingBytes();
    }

    @Test
    void everyChannelGetsTwoPacketsAndThenTheSourceWaits() throws Exception {
        try (PhaseRig rig = rig(4, "zlib", "", 16)) {
            Phase phase = rig.phase(Stage.PRECOPY);
            assertThat(sendAll(phase)).isEqualTo(Next.WAIT);
            assertThat(pending(rig)).isEqualTo(8 * PACKET_BYTES);
            long sent = rig.sent();
            assertThat(phase.advance()).isEqualTo(Next.WAIT);
            assertThat(rig.sent()).as("nothing without pages").isEqualTo(sent);
        }
    }

    @Test
    void eachPacketThatIsCompressedAsksForATurn() throws Exception {
        try (PhaseRig rig = rig(2, "zlib", "", 16)) {
            Phase phase = rig.phase(Stage.PRECOPY);
            sendAll(phase);
            for (int packets = 1; packets <= 3; packets++) {
                rig.turns = 0;
                rig.loop.nextSideTask();
                assertThat(rig.turns).isEqualTo(1);
                sendAll(phase);
                assertThat(pending(rig)).isEqualTo(4 * PACKET_BYTES);
            }
        }
    }

    @Test
    void manyChannelsTogetherHoldALimitedAmount() throws Exception {
        try (PhaseRig rig = rig(64, "zstd", "", 80)) {
            assertThat(sendAll(rig.phase(Stage.PRECOPY))).isEqualTo(Next.WAIT);
            assertThat(pending(rig)).isBetween(31L << 20, 33L << 20);
        }
    }

    /** A destination that does not read leaves everything that is sent here. */
    @Test
    void whatTheTransportHasNotTakenCountsForIt() throws Exception {
        try (PhaseRig rig = rig(64, "none", "", 80)) {
            rig.links.forEach(link -> link.drains = false);
            assertThat(sendAll(rig.phase(Stage.PRECOPY))).isEqualTo(Next.WAIT);
            assertThat(rig.parts.counters.multifdBytes).isBetween(32L << 20, 33L << 20);
            rig.turns = 0;
            rig.links.forEach(PhaseRig.SentLink::drain);
            assertThat(rig.turns).isEqualTo(1);
            assertThat(rig.parts.multifd.takesMore()).isTrue();
        }
    }

    @Test
    void theBandwidthLimitHoldsOverAllChannelsTogether() throws Exception {
        try (PhaseRig rig = rig(8, "none", "", 16)) {
            Phase phase = rig.phase(Stage.PRECOPY);
            rig.parts.window.limit(10L << 20);
            assertThat(sendAll(phase)).isEqualTo(Next.later(100_000_000));
            assertThat(rig.parts.counters.multifdBytes).isBetween(1L << 20, (1L << 20) + 20_000);
        }
    }

    @Test
    void whatIsBeingCompressedCountsForTheBandwidthLimit() throws Exception {
        try (PhaseRig rig = rig(8, "zlib", "", 16)) {
            Phase phase = rig.phase(Stage.PRECOPY);
            rig.parts.window.limit(10L << 20);
            assertThat(sendAll(phase)).isEqualTo(Next.WAIT);
            assertThat(pending(rig)).isBetween((1L << 20) - 16_384, 1L << 20);
        }
    }

    /** What devices send goes on the main channel, whatever the others have to do. */
    @Test
    void devicesDoNotWaitForTheChannels() throws Exception {
        try (PhaseRig rig =
                rig(
                        2,
                        "zlib",
                        "vfio,state-size=64K,initial-size=64K",
                        8,
                        Capability.RETURN_PATH,
                        Capability.SWITCHOVER_ACK)) {
            var ram = rig.parts.sections.ram();
            while (ram.ready()) {
                ram.iterate(Unpooled.directBuffer(1 << 20, 1 << 20), 1 << 20);
            }
            Phase phase = rig.phase(Stage.PRECOPY);
            long before = rig.sent();
            assertThat(phase.advance()).isEqualTo(Next.AGAIN);
            assertThat(rig.sent()).isGreaterThan(before + 10_000);
            assertThat(sendAll(phase)).isEqualTo(Next.WAIT);
        }
    }

    @Test
    void theMigrationMayEndWithinAWrite() throws Exception {
        try (PhaseRig rig = rig(3, "none", "", 2)) {
            PhaseRig.SentLink first = rig.links.get(1);
            PhaseRig.SentLink last = rig.links.get(3);
            long before = last.bytes;
            first.duringWrite = rig.channels::abort;
            rig.parts.multifd.synchronise();
            sendAll(rig.phase(Stage.PRECOPY));
            assertThat(last.bytes).isEqualTo(before);
            assertThat(rig.parts.multifd.takesMore()).isFalse();
        }
    }

    @Test
    void whatIsCompressedAfterTheEndIsNeitherSentNorCounted() throws Exception {
        try (PhaseRig rig = rig(2, "zlib", "", 8)) {
            sendAll(rig.phase(Stage.PRECOPY));
            long counted = rig.parts.counters.multifdBytes;
            long sent = rig.links.get(1).bytes;
            rig.channels.abort();
            while (rig.loop.waitingSideTasks() > 0) {
                rig.loop.nextSideTask();
            }
            assertThat(rig.parts.counters.multifdBytes).isEqualTo(counted);
            assertThat(rig.links.get(1).bytes).isEqualTo(sent);
        }
    }

    @Test
    void theFiguresHaveWhatIsSent() throws Exception {
        try (PhaseRig rig = rig(2, "zlib", "", 1)) {
            sendAll(rig.phase(Stage.PRECOPY));
            rig.loop.nextSideTask();
            long sent = rig.links.get(1).bytes + rig.links.get(2).bytes;
            assertThat(rig.parts.counters.multifdBytes).isEqualTo(sent);
            assertThat(sent).isLessThan(PACKET_BYTES);
        }
    }

    /** QEMU 7.2 counts a packet before it is compressed, and no initial packet. */
    @Test
    void theOldestVersionCountsPagesAsTheyWere() throws Exception {
        try (PhaseRig rig = rig(Profile.QEMU_7_2, 2, "zlib", "", 1)) {
            rig.parts.counters.multifdBytes = 0;
            rig.parts.sections.ram().iterate(Unpooled.directBuffer(1 << 20, 1 << 20), 1 << 20);
            assertThat(rig.parts.counters.multifdBytes)
                    .as("a packet, and a synchronisation of each channel")
                    .isEqualTo(3 * PacketFormat.HEADER_BYTES + PACKET_BYTES);
        }
    }

    /** What goes where depends on the capability, and its form on the compression. */
    @Test
    void theCapabilityAndEachCompressionChangeTheStream() throws Exception {
        Set<List<Long>> streams = new HashSet<>();
        PhaseRig off = new PhaseRig(Profile.QEMU_10_2, "", false, PACKET_PAGES, Map.of());
        begin(off, PACKET_PAGES);
        streams.add(streams(off));
        for (String compression : List.of("none", "zlib", "zstd")) {
            List<Long> sent = streams(rig(2, compression, "", 1));
            assertThat(sent).as(compression).hasSize(3);
            streams.add(sent);
        }
        assertThat(streams).hasSize(4);
    }

    /** What has been sent of the same pages at one level and at another. */
    @ParameterizedTest
    @CsvSource({"zlib, MULTIFD_ZLIB_LEVEL, 0, 9", "zstd, MULTIFD_ZSTD_LEVEL, 1, 20"})
    void aHigherLevelSendsFewerBytes(
            String compression, Parameter parameter, long lower, long higher) throws Exception {
        assertThat(sentBytes(compression, parameter, higher))
                .isLessThan(sentBytes(compression, parameter, lower));
    }

    private static long sentBytes(String compression, Parameter parameter, long level)
            throws Exception {
        Map<Parameter, Object> changes =
                Map.of(Parameter.MULTIFD_COMPRESSION, compression, parameter, level);
        try (PhaseRig rig =
                new PhaseRig(
                        Profile.QEMU_10_2, "", false, PACKET_PAGES, changes, Capability.MULTIFD)) {
            begin(rig, PACKET_PAGES);
            SplittableRandom random = new SplittableRandom(5);
            MemorySegment content = rig.ram.blocks().getFirst().segment();
            for (long at = 0; at < content.byteSize(); at++) {
                content.set(ValueLayout.JAVA_BYTE, at, (byte) random.nextInt(7));
            }
            sendAll(rig.phase(Stage.PRECOPY));
            while (rig.loop.waitingSideTasks() > 0) {
                rig.loop.nextSideTask();
            }
            assertThat(rig.parts.counters.pages.normalPages).isEqualTo(PACKET_PAGES);
            return rig.parts.counters.transferredBytes;
        }
    }

    /** A checksum of each link. */
    private static List<Long> streams(PhaseRig rig) {
        try (rig) {
            sendAll(rig.phase(Stage.PRECOPY));
            while (rig.loop.waitingSideTasks() > 0) {
                rig.loop.nextSideTask();
            }
            return rig.links.stream().map(link -> link.checksum.getValue()).toList();
        }
    }

    @Test
    void theMetricsHaveEachChannel() throws Exception {
        try (PhaseRig rig = rig(2, "none", "", 3)) {
            sendAll(rig.phase(Stage.PRECOPY));
            assertThat(OutgoingFigures.of(rig.parts, 0).ram().multifdChannels())
                    .containsExactly(rig.links.get(1).bytes, rig.links.get(2).bytes);
        }
    }

    @Test
    void theBuffersOfPacketsAreUsedAgain() throws Exception {
        try (PhaseRig rig = rig(2, "none", "", 1)) {
            ByteBuf packet = rig.parts.multifd.packet();
            packet.release();
            assertThat(rig.parts.multifd.packet()).isSameAs(packet);
            packet.release();
        }
    }
}
