package io.vmferry.protocol.returnpath;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.vmferry.protocol.stream.Bytes;
import io.vmferry.protocol.stream.Cumulation;
import io.vmferry.protocol.stream.Element;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReturnPathReaderTest {

    static Stream<Arguments> messages() {
        return Stream.of(
                Arguments.of(new ReturnPathMessage.Pong(1), "0002 0004 00000001"),
                Arguments.of(
                        new ReturnPathMessage.ReqPagesId(0xFF8000, 0x1000, "ram"),
                        "0003 0010 0000000000ff8000 00001000 03 \"ram\""),
                Arguments.of(
                        new ReturnPathMessage.ReqPages(0xF00000, 0x1000),
                        "0004 000c 0000000000f00000 00001000"),
                Arguments.of(
                        new ReturnPathMessage.RecvBitmap(
                                "ram", ReceivedBitmap.copyOf(new long[] {0x0201L, -1L})),
                        "0005 0004 03 \"ram\" 0000000000000010 0102000000000000"
                                + " ffffffffffffffff 0123456789abcdef"),
                Arguments.of(new ReturnPathMessage.ResumeAck(1), "0006 0004 00000001"),
                Arguments.of(new ReturnPathMessage.SwitchoverAck(), "0007 0000"),
                Arguments.of(new ReturnPathMessage.Shut(1), "0001 0004 00000001"));
    }

    private final List<ReturnPathMessage> seen = new ArrayList<>();
    private final ReturnPathReader reader =
            new ReturnPathReader(
                    (offset, lengthBytes, message) -> seen.add(message),
                    ReturnPathReaderTest::size,
                    true);

    private static long size(String block) throws StreamException {
        if (!block.equals("ram")) {
            throw StreamException.of(StreamError.RP_UNKNOWN_BLOCK, "Unknown block " + block);
        }
        return 16;
    }

    /** The bytes of all messages, one after the other, SHUT last. */
    private static byte[] path() {
        return Bytes.written(out ->
                messages()
                        .map(row -> (ReturnPathMessage) row.get()[0])
                        .forEach(message -> ReturnPathWriter.write(out, message)));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void messagesHaveTheirBytes(ReturnPathMessage message, String bytes) {
        assertThat(Bytes.hex(Bytes.written(out -> ReturnPathWriter.write(out, message))))
                .isEqualTo(Bytes.hex(Bytes.of(bytes)));
    }

    @Test
    void allMessagesAreReadAsWritten() throws StreamException {
        reader.read(Unpooled.wrappedBuffer(path()));
        reader.endOfInput();

        assertThat(seen).isEqualTo(messages().map(row -> row.get()[0]).toList());
        assertThat(reader.ended()).isTrue();
        assertThat(reader.offset()).isEqualTo(path().length);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void anyPiecesGiveTheSame(long seed) throws StreamException {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 50; i++) {
            seen.clear();
            ReturnPathReader fresh =
                    new ReturnPathReader(
                            (offset, lengthBytes, message) -> seen.add(message),
                            ReturnPathReaderTest::size,
                            true);
            Cumulation cumulation = new Cumulation();
            Bytes.feedInPieces(path(), random, cumulation, fresh::read);
            cumulation.release();
            assertThat(seen)
                    .as("seed %d, round %d", seed, i)
                    .isEqualTo(messages().map(row -> row.get()[0]).toList());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void messagesFillThePathWhereverItIsCut(long seed) throws StreamException {
        List<Element> places = new ArrayList<>();
        ReturnPathReader placing =
                new ReturnPathReader(
                        (offset, lengthBytes, message) -> {
                            long from = places.isEmpty() ? 0 : places.getLast().end();
                            assertThat(offset).isEqualTo(from);
                            places.add(new Element(offset, lengthBytes));
                        },
                        ReturnPathReaderTest::size,
                        true);
        Cumulation cumulation = new Cumulation();
        Bytes.feedInPieces(path(), new SplittableRandom(seed), cumulation, placing::read);
        cumulation.release();
        List<Long> lengths = new ArrayList<>();
        messages().forEach(row -> lengths.add((long) Bytes.of((String) row.get()[1]).length));
        assertThat(places).map(Element::lengthBytes).isEqualTo(lengths);
        assertThat(places.getLast().end()).isEqualTo(path().length);
    }

    /**
     * A reader that does not know the blocks, as in the proxy, accepts any bitmap up to a limit.
     */
    @ParameterizedTest
    @CsvSource({
        "0, 1 bitmap of 0 words",
        "8, 1 bitmap of 1 words",
        "65528, 1 bitmap of 8191 words",
        "65536, 1 bitmap of 8192 words",
        "12, RP_BITMAP_SIZE at 8",
        "65544, RP_BITMAP_SIZE at 8",
        "-8, RP_BITMAP_SIZE at 8"
    })
    void bitmapsOfAnySizeUpToALimit(long bytes, String expected) throws StreamException {
        ByteBuf in = Unpooled.buffer().writeBytes(Bytes.of("0005 0004 03 \"any\""));
        long[] words = new long[Math.clamp(bytes / Long.BYTES, 0, 8192)];
        Arrays.setAll(words, i -> i * 0x9E3779B97F4A7C15L);
        in.writeLong(bytes);
        for (long word : words) {
            in.writeLongLE(word);
        }
        in.writeLong(ReturnPathWriter.BITMAP_END_MARK);
        ReturnPathReader any =
                new ReturnPathReader(
                        (offset, lengthBytes, message) -> seen.add(message),
                        BitmapSizes.upTo(65536),
                        true);
        Cumulation cumulation = new Cumulation();
        String outcome;
        try {
            Bytes.feedInPieces(
                    ByteBufUtil.getBytes(in), new SplittableRandom(bytes), cumulation, any::read);
            outcome = seen.size() + " bitmap of " + words.length + " words";
            assertThat(seen)
                    .containsExactly(
                            new ReturnPathMessage.RecvBitmap("any", ReceivedBitmap.copyOf(words)));
        } catch (StreamException refused) {
            outcome = refused.error() + " at " + refused.offset();
        }
        cumulation.release();
        assertThat(outcome).isEqualTo(expected);
    }

    @Test
    void aCutAnywhereIsTruncation() {
        byte[] path = path();
        for (int length = 0; length < path.length; length++) {
            assertThat(outcome(Arrays.copyOf(path, length)))
                    .as("cut at %d", length)
                    .isEqualTo("TRUNCATED at " + length);
        }
    }

    @Test
    void aChangedByteIsRefusedByNameOrChangesWhatIsRead() throws StreamException {
        byte[] path = path();
        reader.read(Unpooled.wrappedBuffer(path));
        for (int at = 0; at < path.length; at++) {
            for (int change : new int[] {0x01, 0x02, 0x10, 0x80, 0xFF}) {
                byte[] damaged = path.clone();
                damaged[at] ^= (byte) change;
                List<ReturnPathMessage> messages = new ArrayList<>();
                ReturnPathReader fresh =
                        new ReturnPathReader(
                                (offset, lengthBytes, message) -> messages.add(message),
                                ReturnPathReaderTest::size,
                                true);
                try {
                    fresh.read(Unpooled.wrappedBuffer(damaged));
                    fresh.endOfInput();
                    assertThat(messages).as("byte %d ^ %d", at, change).isNotEqualTo(seen);
                } catch (StreamException refused) {
                    assertThat(refused.offset()).isBetween(0L, (long) path.length);
                }
            }
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '=',
            quoteCharacter = '\'',
            value = {
                "RP_UNKNOWN_TYPE at 0     = 0000 0000",
                "RP_UNKNOWN_TYPE at 0     = 0008 0000",
                "RP_UNKNOWN_TYPE at 4     = 0007 0000 ffff ffff",
                "RP_LENGTH at 0           = 0001 0003",
                "RP_LENGTH at 0           = 0002 0005",
                "RP_LENGTH at 0           = 0004 0010",
                "RP_LENGTH at 0           = 0006 0000",
                "RP_LENGTH at 0           = 0007 0001",
                "RP_LENGTH at 0           = 0003 0201",
                "RP_LENGTH at 0           = 0005 0201",
                "RP_LENGTH at 0           = 0003 000b 0000000000000000 000000",
                "RP_LENGTH at 0           = 0003 000c 0000000000000000 00001000",
                "RP_LENGTH at 0           = 0003 000f 0000000000000000 00001000 03 \"ra\"",
                "RP_LENGTH at 0           = 0003 0011 0000000000000000 00001000 03 \"ram\" 00",
                "RP_UNKNOWN_BLOCK at 0    = 0003 000d 0000000000000000 00001000 00",
                "RP_NO_PREVIOUS_BLOCK at 0= 0004 000c 0000000000000000 00001000",
                "RP_LENGTH at 0           = 0005 0000",
                "RP_LENGTH at 0           = 0005 0003 03 \"ra\"",
                "RP_LENGTH at 0           = 0005 0005 03 \"ram\" 00",
                "RP_UNKNOWN_BLOCK at 0    = 0005 0004 03 \"rom\"",
                "RP_UNKNOWN_BLOCK at 0    = 0005 0001 00",
                "RP_BITMAP_SIZE at 8      = 0005 0004 03 \"ram\" 0000000000000008",
                "RP_BITMAP_SIZE at 8      = 0005 0004 03 \"ram\" ffffffffffffffff",
                "RP_BITMAP_END_MARK at 32 = 0005 0004 03 \"ram\" 0000000000000010"
                        + " 00000000000000000000000000000000 0123456789abcdee",
                "RP_RESUME_ACK_VALUE at 0 = 0006 0004 00000000",
                "RP_RESUME_ACK_VALUE at 0 = 0006 0004 00000002",
                "TRUNCATED at 4           = 0007 0000",
            })
    void isRefused(String expected, String bytes) {
        assertThat(outcome(Bytes.of(bytes))).isEqualTo(expected);
    }

    /** After a listener has paused the reader, no further message is read until it resumes. */
    @Test
    void readsNoMessageWhilePaused() throws StreamException {
        ReturnPathReader[] pausing = new ReturnPathReader[1];
        pausing[0] =
                new ReturnPathReader(
                        (offset, lengthBytes, message) -> {
                            seen.add(message);
                            pausing[0].pause();
                        },
                        ReturnPathReaderTest::size,
                        true);
        ByteBuf in = Unpooled.wrappedBuffer(Bytes.of("0002 0004 00000001 0002 0004 00000002"));
        pausing[0].read(in);
        pausing[0].read(in);
        assertThat(seen).containsExactly(new ReturnPathMessage.Pong(1));
        assertThat(pausing[0].paused()).isTrue();
        assertThat(pausing[0].offset()).isEqualTo(8);
        pausing[0].resume();
        pausing[0].read(in);
        assertThat(seen)
                .containsExactly(new ReturnPathMessage.Pong(1), new ReturnPathMessage.Pong(2));
        assertThat(in.isReadable()).isFalse();
    }

    @Test
    void junkAfterShutIsDropped() {
        assertThat(outcome(Bytes.of("0001 0004 00000000 ffffffff"))).isEqualTo("ended");
    }

    @Test
    void anOldSourceDoesNotKnowTheSwitchoverAck() {
        ReturnPathReader old =
                new ReturnPathReader(
                        (offset, lengthBytes, message) -> seen.add(message),
                        ReturnPathReaderTest::size,
                        false);
        StreamException refused =
                assertThrows(
                        StreamException.class,
                        () -> old.read(Unpooled.wrappedBuffer(Bytes.of("0007 0000"))));
        assertThat(refused)
                .hasMessage("Unknown message type 0x7 of length 0 (at byte 0 of the return path)");
        assertThat(assertThrows(StreamException.class, old::endOfInput)).isSameAs(refused);
    }

    @Test
    void aListenerCanRefuse() {
        ReturnPathReader refusing =
                new ReturnPathReader(
                        (offset, lengthBytes, message) -> {
                            throw StreamException.of(StreamError.RP_ACK_UNDERFLOW, "No ack due");
                        },
                        ReturnPathReaderTest::size,
                        true);
        assertThat(
                        assertThrows(
                                StreamException.class,
                                () -> refusing.read(Unpooled.wrappedBuffer(Bytes.of("0007 0000")))))
                .hasMessage("No ack due (at byte 0 of the return path, message SWITCHOVER_ACK)");
    }

    private static String outcome(byte[] bytes) {
        ReturnPathReader reader =
                new ReturnPathReader(
                        (offset, lengthBytes, message) -> {}, ReturnPathReaderTest::size, true);
        try {
            reader.read(Unpooled.wrappedBuffer(bytes));
            reader.endOfInput();
            return reader.ended() ? "ended" : "open";
        } catch (StreamException refused) {
            return refused.error() + " at " + refused.offset();
        }
    }
}
