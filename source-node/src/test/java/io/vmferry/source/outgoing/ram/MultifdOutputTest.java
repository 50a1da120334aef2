package io.vmferry.source.outgoing.ram;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.memory.RamBlockSpec;
import io.vmferry.protocol.multifd.PacketFormat;
import io.vmferry.protocol.multifd.PacketWriter;
import io.vmferry.protocol.options.Parameters.ZeroPageDetection;
import io.vmferry.protocol.ram.RamFlags;
import io.vmferry.source.outgoing.ram.RecordOutput.PageCounts;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MultifdOutputTest {

    private static final int PAGE = RamFlags.PAGE_SIZE;

    private final GuestRam ram =
            GuestRam.allocate(
                    List.of(new RamBlockSpec("a", 300L * PAGE), new RamBlockSpec("b", 4L * PAGE)));
    private final PageScan scan = new PageScan(ram);
    private final PageCounts counts = new PageCounts();
    private final ByteBuf stream = Unpooled.directBuffer(64 << 10, 64 << 10);

    /** What was sent, in order. */
    private final List<String> sent = new ArrayList<>();

    private final List<ByteBuf> packetsSent = new ArrayList<>();
    private boolean takesMore = true;

    private final PagePackets packets =
            new PagePackets() {
                @Override
                public boolean takesMore() {
                    return takesMore;
                }

                @Override
                public long pendingBytes() {
                    return 0;
                }

                @Override
                public ByteBuf packet() {
                    return Unpooled.directBuffer(
                            PacketFormat.HEADER_BYTES + PacketFormat.MAX_PAGES_BYTES);
                }

                @Override
                public void send(PacketWriter header, ByteBuf packet, String block) {
                    sent.add(
                            "%s: %d normal, %d zero"
                                    .formatted(
                                            block,
                                            header.normalPages(),
                                            header.pages() - header.normalPages()));
                    assertThat(packet.readableBytes())
                            .isEqualTo(PacketFormat.HEADER_BYTES + header.normalPages() * PAGE);
                    packetsSent.add(packet);
                }

                @Override
                public void synchronise() {
                    sent.add("sync");
                }
            };

    @AfterEach
    void unmap() {
        packetsSent.forEach(ByteBuf::release);
        ram.close();
    }

    private MultifdOutput output(ZeroPageDetection detection, boolean flushMarks) {
        return new MultifdOutput(
                new RecordOutput(ram, true, counts), detection, flushMarks, counts, packets);
    }

    private void store(int block, long page) {
        ReadRecords.store(ram.blocks().get(block), page, 7, (byte) 1);
    }

    private boolean give(MultifdOutput output, int maxBytes) {
        return scan.give(output.into(stream, maxBytes));
    }

    @Test
    void aPacketHasAsManyPagesOfOneBlockAsItCan() {
        for (long page = 0; page < 130; page++) {
            store(0, page);
        }
        scan.unsent().addAll();
        assertThat(give(output(ZeroPageDetection.MULTIFD, true), 4 << 20)).isTrue();
        assertThat(sent)
                .startsWith(
                        "a: 128 normal, 0 zero", "a: 2 normal, 126 zero", "a: 0 normal, 44 zero")
                .endsWith("b: 0 normal, 4 zero");
        assertThat(counts.normalPages).isEqualTo(130);
        assertThat(counts.zeroPages).isEqualTo(174);
        assertThat(stream.isReadable()).as("records in the stream").isFalse();
    }

    /** As in QEMU: what the guest stores until the transport takes a page comes again. */
    @Test
    void pagesThatFollowEachOtherAreSentFromWhereTheyLie() {
        for (long page = 8; page < 40; page++) {
            store(0, page);
        }
        scan.unsent().addAll();
        give(output(ZeroPageDetection.MULTIFD, true), 4 << 20);
        RamBlock block = ram.blocks().getFirst();
        assertThat(contentAt(0, 31))
                .isEqualTo(block.segment().get(ValueLayout.JAVA_LONG, 39L * PAGE));
        block.segment().set(ValueLayout.JAVA_LONG, 39L * PAGE, 4711);
        assertThat(contentAt(0, 31)).isEqualTo(4711);
    }

    @Test
    void scatteredPagesAreCopied() {
        for (long page = 0; page < 40; page += 2) {
            store(0, page);
        }
        store(0, 1);
        scan.unsent().addAll();
        give(output(ZeroPageDetection.MULTIFD, true), 4 << 20);
        long before = contentAt(0, 0);
        ram.blocks().getFirst().segment().set(ValueLayout.JAVA_LONG, 0, before + 1);
        assertThat(contentAt(0, 0)).isEqualTo(before);
    }

    /** The first word of a page in a packet. */
    private long contentAt(int packet, int page) {
        return packetsSent.get(packet).getLongLE(PacketFormat.HEADER_BYTES + page * PAGE);
    }

    @Test
    void zeroPagesAreRecordsOfTheStreamWhereTheyAreDetectedThere() {
        store(0, 0);
        scan.unsent().addAll();
        give(output(ZeroPageDetection.LEGACY, false), 4 << 20);
        assertThat(sent).containsExactly("a: 1 normal, 0 zero");
        assertThat(counts.zeroPages).isEqualTo(303);
        assertThat(stream.readableBytes()).isGreaterThan(303 * 9);
    }

    /** Whoever has found that a page is zeros need not be asked again. */
    @Test
    void zeroPagesAreReadOnce() {
        MultifdOutput output =
                new MultifdOutput(
                        new RecordOutput(ram, false, counts),
                        ZeroPageDetection.LEGACY,
                        true,
                        counts,
                        packets);
        scan.unsent().addAll();
        give(output, 4 << 20);
        assertThat(counts.zeroPages).isEqualTo(304);
        assertThat(counts.normalPages).isZero();
    }

    /** To read memory that is zeros takes time, too, although it costs nothing on the wire. */
    @ParameterizedTest
    @EnumSource(
            value = ZeroPageDetection.class,
            names = {"LEGACY", "MULTIFD"})
    void readsNoMoreZerosInOneGoThanItMay(ZeroPageDetection detection) {
        int most = MultifdOutput.ZERO_BYTES / PAGE;
        try (GuestRam large = GuestRam.allocate(List.of(new RamBlockSpec("a", 3L * most * PAGE)))) {
            PageScan all = new PageScan(large);
            all.unsent().addAll();
            MultifdOutput output =
                    new MultifdOutput(
                            new RecordOutput(large, true, counts),
                            detection,
                            true,
                            counts,
                            packets);
            assertThat(all.give(output.into(stream, 4 << 20))).isFalse();
            assertThat(counts.zeroPages).isEqualTo(most);
        }
    }

    @Test
    void zeroPagesAreDataWhereNobodyDetectsThem() {
        scan.unsent().addAll();
        give(output(ZeroPageDetection.NONE, true), 4 << 20);
        assertThat(sent)
                .containsExactly(
                        "a: 128 normal, 0 zero",
                        "a: 128 normal, 0 zero",
                        "a: 44 normal, 0 zero",
                        "b: 4 normal, 0 zero");
    }

    @Test
    void aPageComesAgainOnlyBehindAMark() {
        MultifdOutput output = output(ZeroPageDetection.MULTIFD, true);
        store(0, 5);
        scan.unsent().sync();
        give(output, 4 << 20);
        store(0, 5);
        scan.unsent().sync();
        give(output, 4 << 20);
        assertThat(sent).containsExactly("a: 1 normal, 0 zero", "sync", "a: 1 normal, 0 zero");
        assertThat(stream.readLong()).isEqualTo(RamFlags.MULTIFD_FLUSH);
        assertThat(stream.isReadable()).isFalse();
    }

    @Test
    void oldVersionsMarkEveryEndOfAPayload() {
        MultifdOutput output = output(ZeroPageDetection.LEGACY, false);
        output.mark(stream);
        assertThat(sent).isEmpty();
        output.endOfPayload();
        assertThat(sent).containsExactly("sync");
        assertThat(stream.isReadable()).isFalse();
    }

    @Test
    void writesNoMoreThanItMay() {
        scan.unsent().addAll();
        give(output(ZeroPageDetection.NONE, true), 10 * PAGE);
        assertThat(sent).containsExactly("a: 10 normal, 0 zero");
    }

    @Test
    void beginsNoPacketThatNoChannelTakes() {
        takesMore = false;
        scan.unsent().addAll();
        assertThat(give(output(ZeroPageDetection.NONE, true), 10 * PAGE)).isFalse();
        assertThat(sent).isEmpty();
        RamBlock first = ram.blocks().getFirst();
        assertThat(scan.unsent().of(first).dirtyPages()).isEqualTo(300);
    }
}
