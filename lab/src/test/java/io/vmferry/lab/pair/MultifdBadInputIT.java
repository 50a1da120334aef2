package io.vmferry.lab.pair;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.vmferry.protocol.multifd.InitialPacket;
import io.vmferry.protocol.multifd.PacketWriter;
import io.vmferry.protocol.ram.RamFlags;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A destination process whose source sends something wrong on a multifd channel: it ends with one
 * line that says what.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MultifdBadInputIT {

    private static final int FAILED = 3;
    private static final int FOOTER_BYTES = 5;
    private static final byte FOOTER = 0x7e;
    private static final int PAGE = RamFlags.PAGE_SIZE;
    private static final int NEVER = Integer.MAX_VALUE;

    private Path directory;
    private Daemons daemons;
    private byte[] beginning;

    @BeforeAll
    void recordBeginning(@TempDir Path shared) throws Exception {
        directory = shared;
        daemons = new Daemons(directory);
        Path stream = daemons.file("good");
        daemons.source("--memory 16M --workload idle,boot=2M --migrate file:" + stream).exits(0);
        byte[] good = Files.readAllBytes(stream);
        int footer = 0;
        while (good[footer] != FOOTER) {
            footer++;
        }
        int end = footer - Long.BYTES;
        beginning =
                ByteBufUtil.getBytes(
                        Unpooled.buffer()
                                .writeBytes(good, 0, end)
                                .writeLong(RamFlags.MULTIFD_FLUSH)
                                .writeBytes(good, end, Long.BYTES + FOOTER_BYTES));
    }

    @AfterAll
    void close() throws IOException {
        daemons.close();
    }

    @ParameterizedTest(name = "{0} at {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "4 | 2 | multifd: received packet version 2 expected 1",
                "8 | 7 | multifd: received uuid '00000007-0000-0000-0000-000000000000' and expected uuid",
                "24 | 0x02000000 | multifd: received channel id 2 is greater than number of channels 2",
            })
    void initialPacket(int at, String word, String says) throws Exception {
        ByteBuf packet = Unpooled.buffer();
        new InitialPacket(new UUID(0, 0), 0).write(packet);
        packet.setInt(at, Integer.decode(word));
        assertThat(reason("none", packet)).contains(says);
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "0 | 0x11223345 | multifd: received packet magic 11223345 expected 11223344",
                "4 | 9 | multifd: received packet version 9 expected 1",
                "8 | 0x40 | multifd: received device state, and no device here takes it on a multifd channel",
                "8 | 2 | multifd: flags received 2 flags expected 0",
                "12 | 129 | multifd: received packet with 129 pages and expected maximum pages are 128",
                "16 | 129 | multifd: received packet with 129 normal pages and expected maximum pages are 128",
                "20 | 4096 | multifd: packet size received 4096 size expected 8192",
                "64 | 0x6e6f7065 | unknown RAM block 'nope', here are [ram]",
                "320 | 1 | multifd: offset too long",
            })
    void packet(int at, String word, String says) throws Exception {
        assertThat(reason("none", channelWith(0, at, Integer.decode(word), 2 * PAGE)))
                .contains(says);
    }

    @Test
    void pagesBeforeTheFirstSynchronisation() throws Exception {
        ByteBuf channel = Unpooled.buffer();
        new InitialPacket(InitialPacket.NO_UUID, 0).write(channel);
        ByteBuf rest = channelWith(0, NEVER, 0, 2 * PAGE);
        rest.skipBytes(opened(0).readableBytes());
        assertThat(reason("none", channel.writeBytes(rest)))
                .contains("received packet 1 with 2 pages before the first synchronisation");
    }

    @ParameterizedTest(name = "{0} with {2} bytes")
    @CsvSource(
            delimiter = '|',
            value = {
                "zlib | 2 | 0 | packet size received 0 size expected 1 to 1048576",
                "zlib | 2 | 100 | inflate returned unknown compression method, expected zlib",
                "zstd | 4 | 100 | decompressStream returned Unknown frame descriptor, expected zstd",
            })
    void compressedDataThatIsNone(String compression, int flags, int bytes, String says)
            throws Exception {
        assertThat(reason(compression, channelWith(flags, NEVER, 0, bytes))).contains(says);
    }

    /** A channel with one packet of two pages, in which one word may be another. */
    private static ByteBuf channelWith(int flags, int at, int word, int payloadBytes) {
        ByteBuf channel = opened(0);
        PacketWriter writer = new PacketWriter();
        writer.page(0);
        writer.page(PAGE);
        ByteBuf packet = Unpooled.buffer();
        writer.header(packet, flags, payloadBytes, 1, "ram");
        if (at != NEVER) {
            packet.setInt(at, word);
        }
        return channel.writeBytes(packet).writeZero(payloadBytes);
    }

    /** A channel up to its first synchronisation. */
    private static ByteBuf opened(int number) {
        ByteBuf channel = Unpooled.buffer();
        new InitialPacket(InitialPacket.NO_UUID, number).write(channel);
        PacketWriter.sync(channel, false, 0);
        return channel;
    }

    private String reason(String compression, ByteBuf channel) throws Exception {
        DaemonProcess node =
                daemons.destination(
                        "--memory 16M --capability multifd --parameter multifd-channels=2"
                                + " --parameter multifd-compression="
                                + compression
                                + " --incoming tcp:127.0.0.1:0");
        try (Socket main = connect(node);
                Socket multifd = connect(node);
                Socket second = connect(node)) {
            main.getOutputStream().write(beginning);
            send(second, opened(1));
            send(multifd, channel);
            node.exits(FAILED);
        }
        return node.reason();
    }

    /** Sends bytes to a destination that may end before all have come. */
    private static void send(Socket socket, ByteBuf bytes) throws IOException {
        try {
            socket.getOutputStream().write(ByteBufUtil.getBytes(bytes));
        } catch (SocketException endedMeanwhile) {
            // what counts is why
        }
    }

    private static Socket connect(DaemonProcess node) throws Exception {
        String uri = node.listening();
        int port = Integer.parseInt(uri.substring(uri.lastIndexOf(':') + 1));
        return new Socket(InetAddress.getLoopbackAddress(), port);
    }
}
