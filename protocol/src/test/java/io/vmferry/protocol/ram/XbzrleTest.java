package io.vmferry.protocol.ram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vmferry.protocol.stream.Bytes;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class XbzrleTest {

    private static final int PAGE = 4096;

    private final XbzrleEncoder encoder = new XbzrleEncoder();
    private final SplittableRandom random = new SplittableRandom(23);

    private byte[] randomPage() {
        byte[] page = new byte[PAGE];
        random.nextBytes(page);
        return page;
    }

    private int encode(byte[] before, byte[] now) {
        return encoder.encode(before, now);
    }

    private String encodedHex(byte[] before, byte[] now) {
        int length = encode(before, now);
        return length < 0 ? "overflow" : HexFormat.of().formatHex(encoder.encoded(), 0, length);
    }

    private static byte[] decoded(byte[] before, byte[] encoded, int length)
            throws StreamException {
        byte[] page = before.clone();
        ByteBuf in = Unpooled.wrappedBuffer(encoded, 0, length);
        XbzrleDecoder.decode(
                in, length, 0, (at, from, index, bytes) -> from.getBytes(index, page, at, bytes));
        assertThat(in.isReadable()).isFalse();
        return page;
    }

    /** The encoding byte by byte, with QEMU's order of checks; empty when it does not fit. */
    private static int plain(byte[] before, byte[] now, byte[] out) {
        int length = 0;
        int at = 0;
        while (at < PAGE) {
            if (length + 2 > PAGE) {
                return -1;
            }
            int start = at;
            while (at < PAGE && before[at] == now[at]) {
                at++;
            }
            if (at == PAGE) {
                return length;
            }
            length = plainLength(out, length, at - start);
            if (length + 2 > PAGE) {
                return -1;
            }
            start = at;
            while (at < PAGE && before[at] != now[at]) {
                at++;
            }
            length = plainLength(out, length, at - start);
            if (length + at - start > PAGE) {
                return -1;
            }
            System.arraycopy(now, start, out, length, at - start);
            length += at - start;
        }
        return length;
    }

    private static int plainLength(byte[] out, int at, int run) {
        int rest = run;
        int to = at;
        for (; rest >= 128; rest /= 128) {
            out[to++] = (byte) (rest % 128 + 128);
        }
        out[to++] = (byte) rest;
        return to;
    }

    @Test
    void anUnchangedPageHasNoEncoding() {
        byte[] page = randomPage();
        assertThat(encode(page, page.clone())).isEqualTo(XbzrleEncoder.UNCHANGED);
    }

    /** The example of the wire: byte 0, four bytes at 0x9b0 and the one at 0xfff. */
    @Test
    void runsTakeTurns() {
        byte[] before = new byte[PAGE];
        byte[] now = new byte[PAGE];
        now[0] = 0x55;
        System.arraycopy(new byte[] {4, (byte) 0x97, 0x58, 0x3c}, 0, now, 0x9b0, 4);
        now[0xfff] = (byte) 0xaa;
        assertThat(encodedHex(before, now)).isEqualTo("000155af13040497583ccb0c01aa");
    }

    @ParameterizedTest(name = "{0} bytes from {1} on")
    @CsvSource({
        "1, 0, 000107",
        "1, 1, 010107",
        "2, 7, 07020707",
        "1, 127, 7f0107",
        "1, 128, 80010107",
        "1, 4095, ff1f0107",
        "3, 4093, fd1f03070707",
    })
    void aLengthHasTwoBytesFrom128On(int count, int from, String expected) {
        byte[] now = new byte[PAGE];
        Arrays.fill(now, from, from + count, (byte) 7);
        assertThat(encodedHex(new byte[PAGE], now)).isEqualTo(expected);
    }

    @Test
    void aPageThatIsAllNewDoesNotFit() {
        byte[] now = new byte[PAGE];
        Arrays.fill(now, (byte) 1);
        assertThat(encode(new byte[PAGE], now)).isEqualTo(XbzrleEncoder.OVERFLOW);
        Arrays.fill(now, 0, 2, (byte) 0);
        assertThat(encode(new byte[PAGE], now)).isEqualTo(XbzrleEncoder.OVERFLOW);
        now[2] = 0;
        assertThat(encode(new byte[PAGE], now)).isEqualTo(PAGE);
        now[2] = 1;
        now[PAGE - 1] = 0;
        assertThat(encode(new byte[PAGE], now))
                .as("two bytes have to be left before each run, also if none follows")
                .isEqualTo(XbzrleEncoder.OVERFLOW);
    }

    /** Every density of changes, and changes at every alignment. */
    @Test
    void isWhatAPlainLoopEncodesAndDecodesToTheSamePage() throws StreamException {
        byte[] plain = new byte[PAGE + 2];
        int overflows = 0;
        for (int round = 0; round < 4000; round++) {
            byte[] before = randomPage();
            byte[] now = before.clone();
            int changes = random.nextInt(1 << random.nextInt(1, 13));
            for (int i = 0; i < changes; i++) {
                int from = random.nextInt(PAGE);
                int to = Math.min(PAGE, from + random.nextInt(1, 1 << random.nextInt(1, 11)));
                for (int at = from; at < to; at++) {
                    now[at] ^= (byte) random.nextInt(round % 3 == 0 ? 2 : 256);
                }
            }
            int length = encode(before, now);
            assertThat(length).isEqualTo(plain(before, now, plain));
            if (length < 0) {
                overflows++;
            } else {
                assertThat(Arrays.copyOf(encoder.encoded(), length))
                        .isEqualTo(Arrays.copyOf(plain, length));
                assertThat(decoded(before, encoder.encoded(), length)).isEqualTo(now);
            }
        }
        assertThat(overflows).isBetween(1, 3999);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00", // no second length
                "01",
                "8080", // a length of three bytes
                "0001", // no bytes
                "0000", // nothing has changed
                "050000",
                "0003aabb", // less than is said
                "0180ff",
                "0001aa0001bb", // an equal run of 0 that is not the first
                "8020 01aa", // beyond the page: 4096 unchanged bytes, one more
                "ff1f 02aabb",
                "8120 01aa",
                "0001aa ff1f 01bb",
                "0001aa 00", // half a pair
                "0001aa 01",
                "0001aa 0102cc",
            })
    void aWrongRunIsRefused(String encoded) {
        byte[] bytes = Bytes.of(encoded);
        assertThatThrownBy(() -> decoded(new byte[PAGE], bytes, bytes.length))
                .isInstanceOfSatisfying(
                        StreamException.class,
                        refusal ->
                                assertThat(refusal.error()).isEqualTo(StreamError.RAM_XBZRLE_RUN))
                .hasMessageMatching("XBZRLE page at offset 0x0 has .* at byte \\d+ of \\d+, .*");
    }

    @Test
    void aRefusalSaysWhere() {
        byte[] bytes = Bytes.of("0501aa 8001 7fbb");
        assertThatThrownBy(() ->
                        XbzrleDecoder.decode(
                                Unpooled.wrappedBuffer(bytes),
                                bytes.length,
                                0x3000,
                                (at, from, index, count) -> {}))
                .hasMessageContaining(
                        "XBZRLE page at offset 0x3000 has a run of 127 of changed bytes at byte 5 of 7,"
                                + " with 134 of 4096 bytes of the page done");
    }

    @Test
    void whateverComesIsDecodedWithinThePageOrRefused() {
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = new byte[random.nextInt(40)];
            random.nextBytes(bytes);
            List<Integer> ends = new ArrayList<>(List.of(0));
            ByteBuf in = Unpooled.wrappedBuffer(bytes);
            try {
                XbzrleDecoder.decode(
                        in,
                        bytes.length,
                        0,
                        (at, from, index, count) -> {
                            assertThat(at).isGreaterThanOrEqualTo(ends.getLast());
                            assertThat(index + count).isLessThanOrEqualTo(bytes.length);
                            ends.add(at + count);
                        });
            } catch (StreamException e) {
                assertThat(e.error()).isEqualTo(StreamError.RAM_XBZRLE_RUN);
            }
            assertThat(ends.getLast()).isLessThanOrEqualTo(PAGE);
        }
    }
}
