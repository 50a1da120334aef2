package io.vmferry.protocol.multifd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vmferry.protocol.options.Capabilities;
import io.vmferry.protocol.options.Parameter;
import io.vmferry.protocol.options.Parameters;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.ram.RamFlags;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class PageCompressionTest {

    private static final int PAGE = RamFlags.PAGE_SIZE;
    private static final String[] WORDS = {"page", "dirt", "sync", "zero", "lost", "late", "post"};

    private final RecordedPages pages = new RecordedPages();
    private final Random random = new Random(4);

    private PacketReader reader(PageCompression compression) throws StreamException {
        PacketReader reader =
                new PacketReader(
                        pages,
                        new Unpacking(
                                compression, PacketWork.AT_ONCE, WorkBuffers.toUnpack(), () -> {}),
                        true);
        ByteBuf sync = Unpooled.buffer();
        PacketWriter.sync(sync, false, 0);
        reader.read(sync);
        return reader;
    }

    private byte[] content(int pageCount, boolean compressible) {
        byte[] content = new byte[pageCount * PAGE];
        random.nextBytes(content);
        if (compressible) {
            for (int i = 0; i < content.length; i++) {
                content[i] &= 3;
            }
        }
        return content;
    }

    /** A packet with so many pages and this payload. */
    private static ByteBuf packet(PageCompression compression, int pageCount, ByteBuf payload) {
        PacketWriter packet = new PacketWriter();
        for (int page = 0; page < pageCount; page++) {
            packet.page((long) page * PAGE);
        }
        ByteBuf out = Unpooled.directBuffer();
        packet.header(out, compression.flags(), payload.readableBytes(), 1, "ram");
        return out.writeBytes(payload);
    }

    private static ByteBuf packed(PagePacker packer, byte[] content) {
        ByteBuffer in = ByteBuffer.allocateDirect(content.length).put(content).flip();
        ByteBuffer out = ByteBuffer.allocateDirect(PacketFormat.MAX_PACKED_BYTES);
        packer.pack(in, out);
        assertThat(in.hasRemaining()).isFalse();
        return Unpooled.wrappedBuffer(out.flip());
    }

    private static PagePacker packer(PageCompression compression) {
        return compression.packer(Parameters.defaults(Profile.DEFAULT));
    }

    @ParameterizedTest
    @EnumSource(value = PageCompression.class, names = "NONE", mode = Mode.EXCLUDE)
    void isOneStreamThroughAllPackets(PageCompression compression) throws StreamException {
        PacketReader reader = reader(compression);
        try (PagePacker packer = packer(compression)) {
            for (int pageCount : new int[] {1, 128, 3, 77}) {
                byte[] content = content(pageCount, pageCount != 128);
                reader.read(packet(compression, pageCount, packed(packer, content)));
                assertThat(pages.contents.getLast()).isEqualTo(content);
            }
        }
        reader.release();
    }

    /** Zlib's level 0 stores the pages as they are. */
    @Test
    void aHigherLevelMakesThePayloadShorter() throws Exception {
        byte[] content = new byte[128 * PAGE];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) WORDS[random.nextInt(WORDS.length)].charAt(i % 4);
        }
        assertThat(packedBytes(PageCompression.ZLIB, Parameter.MULTIFD_ZLIB_LEVEL, 0, content))
                .isGreaterThan(content.length);
        assertThat(packedBytes(PageCompression.ZLIB, Parameter.MULTIFD_ZLIB_LEVEL, 9, content))
                .isLessThan(
                        packedBytes(PageCompression.ZLIB, Parameter.MULTIFD_ZLIB_LEVEL, 1, content))
                .isLessThan(content.length / 2);
        assertThat(packedBytes(PageCompression.ZSTD, Parameter.MULTIFD_ZSTD_LEVEL, 20, content))
                .isLessThan(
                        packedBytes(PageCompression.ZSTD, Parameter.MULTIFD_ZSTD_LEVEL, 1, content))
                .isLessThan(content.length / 2);
    }

    private int packedBytes(
            PageCompression compression, Parameter parameter, long level, byte[] content)
            throws Exception {
        Map<Parameter, Object> changes = Map.of(parameter, level);
        Parameters parameters =
                Parameters.defaults(Profile.DEFAULT)
                        .with(changes, changes.keySet(), Capabilities.none());
        try (PagePacker packer = compression.packer(parameters)) {
            return packed(packer, content).readableBytes();
        }
    }

    /** 255 channels cannot have a payload each in memory. */
    @ParameterizedTest
    @EnumSource(value = PageCompression.class, names = "NONE", mode = Mode.EXCLUDE)
    void aPayloadWaitsUntilThereIsRoom(PageCompression compression) throws StreamException {
        PacketReader reader = reader(compression);
        try (PagePacker packer = packer(compression)) {
            byte[] content = content(3, true);
            ByteBuf payload = packed(packer, content);
            int roomBytes = payload.readableBytes() + content.length;
            ByteBuf in = packet(compression, 3, payload);
            pages.hasRoom = false;
            reader.read(in);
            assertThat(reader.stopped()).isTrue();
            assertThat(in.readableBytes()).as("left").isEqualTo(roomBytes - content.length);
            pages.hasRoom = true;
            reader.read(in);
            assertThat(pages.contents.getLast()).isEqualTo(content);
            assertThat(pages.freedBytes).isEqualTo(roomBytes);
        }
        reader.release();
    }

    @ParameterizedTest
    @EnumSource(value = PageCompression.class, names = "NONE", mode = Mode.EXCLUDE)
    void aPayloadThatIsCutOffIsRefused(PageCompression compression) throws StreamException {
        try (PagePacker packer = packer(compression)) {
            ByteBuf payload = packed(packer, content(3, false));
            ByteBuf half = payload.readSlice(payload.readableBytes() / 2);
            assertRefused(compression, packet(compression, 3, half), "packet size received ");
        }
    }

    @ParameterizedTest
    @EnumSource(value = PageCompression.class, names = "NONE", mode = Mode.EXCLUDE)
    void aPayloadOfFewerPagesIsRefused(PageCompression compression) throws StreamException {
        assertRefused(
                compression, 3, content(2, true), "packet size received 8192 size expected 12288");
    }

    @ParameterizedTest
    @EnumSource(value = PageCompression.class, names = "NONE", mode = Mode.EXCLUDE)
    void aPayloadOfMorePagesIsRefused(PageCompression compression) throws StreamException {
        assertRefused(
                compression,
                2,
                content(3, true),
                "packet size received at least 8193 size expected 8192");
    }

    private void assertRefused(
            PageCompression compression, int pageCount, byte[] content, String text)
            throws StreamException {
        try (PagePacker packer = packer(compression)) {
            assertRefused(
                    compression, packet(compression, pageCount, packed(packer, content)), text);
        }
    }

    private void assertRefused(PageCompression compression, ByteBuf packet, String text)
            throws StreamException {
        PacketReader reader = reader(compression);
        StreamException refused =
                catchThrowableOfType(StreamException.class, () -> reader.read(packet));
        assertThat(refused.error()).isEqualTo(StreamError.MULTIFD_PAYLOAD);
        assertThat(refused).hasMessageContaining(text);
        assertThat(pages.contents).isEmpty();
        reader.release();
    }

    @ParameterizedTest
    @EnumSource(value = PageCompression.class, names = "NONE", mode = Mode.EXCLUDE)
    void whatIsNoSuchDataIsRefused(PageCompression compression) throws StreamException {
        ByteBuf payload = Unpooled.wrappedBuffer(content(1, false));
        assertRefused(
                compression, packet(compression, 1, payload), ", expected " + compression.text());
    }

    @ParameterizedTest
    @EnumSource(value = PageCompression.class, names = "NONE", mode = Mode.EXCLUDE)
    void aSizeThatNoPayloadHasIsRefused(PageCompression compression) throws StreamException {
        ByteBuf packet = packet(compression, 1, Unpooled.EMPTY_BUFFER);
        assertRefused(compression, packet, "packet size received 0 size expected 1 to 1048576");
        packet.readerIndex(0).setInt(PacketFormat.PAYLOAD_BYTES_AT, -1);
        assertRefused(
                compression, packet, "packet size received 4294967295 size expected 1 to 1048576");
    }

    @ParameterizedTest
    @EnumSource(value = PageCompression.class, names = "NONE", mode = Mode.EXCLUDE)
    void zeroPagesAloneHaveNoPayload(PageCompression compression) throws StreamException {
        PacketWriter packet = new PacketWriter();
        packet.zeroPage(PAGE);
        ByteBuf out = Unpooled.buffer();
        packet.header(out, compression.flags(), 0, 1, "ram");
        PacketReader reader = reader(compression);
        reader.read(out.duplicate());
        assertThat(pages.events).endsWith("zeros 0x1000 × 1");
        out.setInt(PacketFormat.PAYLOAD_BYTES_AT, 5);
        assertThat(catchThrowableOfType(StreamException.class, () -> reader.read(out)))
                .hasMessageContaining("packet size received 5 size expected 0");
        reader.release();
    }
}
