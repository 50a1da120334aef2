package io.vmferry.protocol.multifd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vmferry.protocol.ram.RamFlags;
import io.vmferry.protocol.stream.Cumulation;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PacketReaderTest {

    private static final int PAGE = RamFlags.PAGE_SIZE;

    private final RecordedPages pages = new RecordedPages();
    private final PacketReader reader = reader(true);

    private PacketReader reader(boolean zeroPagesListed) {
        return new PacketReader(
                pages,
                new Unpacking(
                        PageCompression.NONE, PacketWork.AT_ONCE, WorkBuffers.toUnpack(), () -> {}),
                zeroPagesListed);
    }

    private static ByteBuf sync() {
        ByteBuf out = Unpooled.directBuffer();
        PacketWriter.sync(out, false, 0);
        return out;
    }

    private static PacketWriter packet() {
        PacketWriter packet = new PacketWriter();
        packet.page(0);
        packet.page(PAGE);
        packet.page(5L * PAGE);
        packet.zeroPage(3L * PAGE);
        return packet;
    }

    private static ByteBuf synchronisedPacket() {
        ByteBuf out = sync();
        packet().header(out, 0, 3 * PAGE, 7, "ram");
        for (int page = 1; page <= 3; page++) {
            for (int i = 0; i < PAGE; i++) {
                out.writeByte(page);
            }
        }
        return out;
    }

    @Test
    void handsOverPagesThatFollowEachOtherTogether() throws StreamException {
        reader.read(synchronisedPacket());
        assertThat(pages.events)
                .containsExactly("sync", "zeros 0x3000 × 1", "pages 0x0 × 2", "pages 0x5000 × 1");
        assertThat(pages.contents.get(0)[PAGE - 1]).isEqualTo((byte) 1);
        assertThat(pages.contents.get(0)[PAGE]).isEqualTo((byte) 2);
        assertThat(pages.contents.get(1)).containsOnly(3);
        assertThat(reader.betweenPackets()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 1344, 4096, 5000, 12000})
    void readsPiecesOfAnySize(int pieceBytes) throws StreamException {
        Cumulation input = new Cumulation();
        ByteBuf all = synchronisedPacket();
        while (all.isReadable()) {
            input.feed(all.readSlice(Math.min(pieceBytes, all.readableBytes())), reader::read);
        }
        assertThat(input.keptBytes()).isZero();
        assertThat(pages.contents.stream().mapToInt(bytes -> bytes.length).sum())
                .isEqualTo(3 * PAGE);
        assertThat(pages.events)
                .startsWith("sync", "zeros 0x3000 × 1")
                .contains("pages 0x5000 × 1");
    }

    /** A header by itself, and then pages that follow each other, if they are many. */
    @Test
    void namesMemoryForAHeaderAndForManyPagesThatFollowEachOther() throws StreamException {
        pages.memory = true;
        PacketWriter packet = new PacketWriter();
        for (int page = 0; page < 20; page++) {
            packet.page((long) page * PAGE);
        }
        packet.page(100L * PAGE);
        ByteBuf all = sync();
        packet.header(all, 0, 21 * PAGE, 7, "ram");
        all.writeZero(21 * PAGE);

        readNamed(all, PacketFormat.HEADER_BYTES);
        readNamed(all, PacketFormat.HEADER_BYTES);
        readNamed(all, 5000);
        assertThat(reader.memory(0).orElseThrow().writableBytes()).isEqualTo(20 * PAGE - 5000);
        reader.read(all.readSlice(20 * PAGE - 5000));
        assertThat(reader.memory(0)).as("for a single page").isEmpty();
        reader.read(all);
        assertThat(reader.betweenPackets()).isTrue();
        assertThat(pages.events).endsWith("pages 0x0 × 20", "pages 0x64000 × 1");
    }

    private void readNamed(ByteBuf all, int bytes) throws StreamException {
        ByteBuf named = reader.memory(0).orElseThrow();
        assertThat(named.writableBytes()).isGreaterThanOrEqualTo(bytes);
        named.writeBytes(all, bytes);
        reader.read(named);
        named.release();
    }

    @Test
    void namesTheRestOfAHeader() {
        ByteBuf rest = reader.memory(40).orElseThrow();
        assertThat(rest.writableBytes()).isEqualTo(PacketFormat.HEADER_BYTES - 40);
        assertThat(reader.memory(40)).as("while it is being read").isEmpty();
        rest.release();
        reader.release();
    }

    @Test
    void namesNoMemoryWhileItIsHeld() throws StreamException {
        pages.holdsAfterSync = true;
        reader.read(sync());
        assertThat(reader.memory(0)).isEmpty();
    }

    @Test
    void stopsBehindASynchronisationThatHoldsIt() throws StreamException {
        pages.holdsAfterSync = true;
        ByteBuf in = synchronisedPacket();
        reader.read(in);
        assertThat(pages.events).containsExactly("sync");
        pages.held = false;
        reader.read(in);
        assertThat(pages.events).hasSize(4);
    }

    @Test
    void pagesOfASynchronisingPacketComeFirst() throws StreamException {
        ByteBuf in = synchronisedPacket();
        in.setInt(PacketFormat.HEADER_BYTES + PacketFormat.FLAGS_AT, PacketFormat.FLAG_SYNC);
        reader.read(in);
        assertThat(pages.events).endsWith("pages 0x5000 × 1", "sync");
    }

    @Test
    void aSizeWithoutPagesMeansNothing() throws StreamException {
        ByteBuf in = sync();
        in.setInt(PacketFormat.PAYLOAD_BYTES_AT, 77 * PAGE);
        reader.read(in);
        assertThat(pages.events).containsExactly("sync");
    }

    @Test
    void beforeThereWereZeroPagesTheirFieldMeansNothing() throws StreamException {
        reader(false).read(synchronisedPacket());
        assertThat(pages.events).doesNotContain("zeros 0x3000 × 1");
    }

    static Stream<Arguments> refused() {
        int at = PacketFormat.HEADER_BYTES;
        return Stream.of(
                refusal(
                        "magic",
                        in -> in.setInt(at, 0x5145_564D),
                        StreamError.MULTIFD_MAGIC,
                        "multifd: received packet magic 5145564d expected 11223344"),
                refusal(
                        "version",
                        in -> in.setInt(at + PacketFormat.VERSION_AT, 2),
                        StreamError.MULTIFD_VERSION,
                        "multifd: received packet version 2 expected 1"),
                refusal(
                        "device state",
                        in -> in.setInt(at + PacketFormat.FLAGS_AT, 0x40),
                        StreamError.MULTIFD_DEVICE_STATE,
                        "device state"),
                refusal(
                        "allocated",
                        in -> in.setInt(at + PacketFormat.ALLOCATED_AT, 129),
                        StreamError.MULTIFD_PAGES,
                        "packet with 129 pages and expected maximum pages are 128"),
                refusal(
                        "normal",
                        in -> in.setInt(at + PacketFormat.NORMAL_AT, -1),
                        StreamError.MULTIFD_PAGES,
                        "packet with 4294967295 normal pages and expected maximum pages are 128"),
                refusal(
                        "zero",
                        in -> in.setInt(at + PacketFormat.ZERO_AT, 126),
                        StreamError.MULTIFD_PAGES,
                        "packet with 126 zero pages and expected maximum zero pages are 125"),
                refusal(
                        "block",
                        in -> in.setByte(at + PacketFormat.NAME_AT, 'x'),
                        StreamError.RAM_UNKNOWN_BLOCK,
                        "unknown block xam"),
                refusal(
                        "beyond the block",
                        in -> in.setLong(at + PacketFormat.OFFSETS_AT, 1 << 20),
                        StreamError.MULTIFD_OFFSET,
                        "multifd: offset too long 1048576 (max ff000)"),
                refusal(
                        "far beyond the block",
                        in -> in.setLong(at + PacketFormat.OFFSETS_AT, -PAGE),
                        StreamError.MULTIFD_OFFSET,
                        "multifd: offset too long 18446744073709547520 (max ff000)"),
                refusal(
                        "not on a page",
                        in -> in.setLong(at + PacketFormat.OFFSETS_AT + 24, 12),
                        StreamError.MULTIFD_OFFSET,
                        "multifd: offset 0xc is no multiple of the page size 4096"),
                refusal(
                        "compressed",
                        in -> in.setInt(at + PacketFormat.FLAGS_AT, 4),
                        StreamError.MULTIFD_COMPRESSION,
                        "multifd: flags received 4 flags expected 0, the compression here is 'none'"),
                refusal(
                        "size",
                        in -> in.setInt(at + PacketFormat.PAYLOAD_BYTES_AT, PAGE),
                        StreamError.MULTIFD_PAYLOAD,
                        "multifd: packet size received 4096 size expected 12288"),
                refusal(
                        "too early",
                        in -> in.skipBytes(at),
                        StreamError.MULTIFD_NOT_SYNCHRONISED,
                        "multifd: received packet 7 with 4 pages before the first synchronisation"));
    }

    private static Arguments refusal(
            String what, Consumer<ByteBuf> damage, StreamError error, String text) {
        return Arguments.of(what, damage, error, text);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void isRefusedInOneLine(String what, Consumer<ByteBuf> damage, StreamError error, String text) {
        ByteBuf in = synchronisedPacket();
        damage.accept(in);
        StreamException refused =
                catchThrowableOfType(StreamException.class, () -> reader.read(in));
        assertThat(refused.error()).isEqualTo(error);
        assertThat(refused).hasMessageContaining(text);
        assertThat(refused.getMessage()).hasLineCount(1);
        assertThat(pages.events).isSubsetOf(List.of("sync"));
    }
}
