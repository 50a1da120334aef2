package io.vmferry.lab.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.vmferry.protocol.Named;
import io.vmferry.protocol.multifd.InitialPacket;
import io.vmferry.protocol.multifd.PacketFormat;
import io.vmferry.protocol.multifd.PacketHeader;
import io.vmferry.protocol.multifd.PacketReader;
import io.vmferry.protocol.multifd.PacketSink;
import io.vmferry.protocol.multifd.PacketWork;
import io.vmferry.protocol.multifd.PacketWriter;
import io.vmferry.protocol.multifd.PageCompression;
import io.vmferry.protocol.multifd.Unpacking;
import io.vmferry.protocol.multifd.WorkBuffers;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The multifd channels of migrations between real QEMUs, read, and written again to the byte. */
class MultifdCaptureTest {

    private static final int RAM_BYTES = 16 << 20;
    private static final String RAM_SHA256 =
            "c3ee188de1f124e13125ec788d6b1292224ab418e38bb8b0c67970695aa601c3";

    private static byte[] channel(String name, int connection) throws Exception {
        return Capture.named(name, connection).toDestination();
    }

    @ParameterizedTest
    @CsvSource({"qemu-11.1-none-16M-multifd, none", "qemu-11.1-none-16M-multifd-zlib, zlib"})
    void areRead(String name, String compression) throws Exception {
        byte[] ram = new byte[RAM_BYTES];
        for (int connection = 1; connection <= 2; connection++) {
            ByteBuf in = Unpooled.copiedBuffer(channel(name, connection));
            assertThat(InitialPacket.read(in, InitialPacket.NO_UUID, 2)).isPresent();
            PacketReader reader =
                    new PacketReader(
                            new LoadedPages(ram),
                            new Unpacking(
                                    Named.require(
                                            PageCompression.class, "compression", compression),
                                    PacketWork.AT_ONCE,
                                    WorkBuffers.toUnpack(),
                                    () -> {}),
                            true);
            reader.read(in);
            assertThat(in.isReadable()).as("bytes left").isFalse();
            assertThat(reader.betweenPackets()).isTrue();
            reader.release();
        }
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(ram);
        assertThat(HexFormat.of().formatHex(digest)).isEqualTo(RAM_SHA256);
    }

    @ParameterizedTest
    @CsvSource({
        "qemu-11.1-none-16M-multifd, 1",
        "qemu-11.1-none-16M-multifd, 2",
        "qemu-11.1-none-16M-multifd-zlib, 1",
        "qemu-11.1-none-16M-multifd-zlib, 2"
    })
    void areWrittenAgain(String name, int connection) throws Exception {
        ByteBuf in = Unpooled.wrappedBuffer(channel(name, connection));
        ByteBuf out = Unpooled.buffer();
        InitialPacket.read(in, InitialPacket.NO_UUID, 2).orElseThrow().write(out);
        while (in.isReadable()) {
            PacketHeader header = new PacketHeader(in.readSlice(PacketFormat.HEADER_BYTES), true);
            if (header.pages() == 0) {
                PacketWriter.sync(out, false, header.number());
            } else {
                write(header, out);
                out.writeBytes(in, header.payloadBytes());
            }
        }
        assertThat(ByteBufUtil.getBytes(out)).isEqualTo(channel(name, connection));
    }

    private static void write(PacketHeader header, ByteBuf out) {
        PacketWriter packet = new PacketWriter();
        for (int page = 0; page < header.pages(); page++) {
            if (page < header.normalPages()) {
                packet.page(header.offset(page));
            } else {
                packet.zeroPage(header.offset(page));
            }
        }
        packet.header(
                out, header.compression(), header.payloadBytes(), header.number(), header.block());
    }

    /** Keeps the pages of the block ram. */
    private static final class LoadedPages implements PacketSink {
        private final byte[] ram;

        private LoadedPages(byte[] ram) {
            this.ram = ram;
        }

        @Override
        public PacketBlock block(String idstr) {
            assertThat(idstr).isEqualTo("ram");
            return new PacketBlock() {
                @Override
                public long usedLengthBytes() {
                    return ram.length;
                }

                @Override
                public void zeroPages(long offset, int count) {}

                @Override
                public void begin(long offset, int count) {}

                @Override
                public void take(long offset, ByteBuf in, int lengthBytes) {
                    in.readBytes(ram, (int) offset, lengthBytes);
                }

                @Override
                public void end(long offset, int count) {}
            };
        }

        @Override
        public void synchronised() {}

        @Override
        public boolean held() {
            return false;
        }
    }
}
