package io.vmferry.protocol.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CumulationTest {

    private final Cumulation cumulation = new Cumulation(1 << 20);
    private final ByteBuf seen = Unpooled.buffer();
    private int copied;

    @SuppressWarnings("NullAway.Init") // set as the test begins
    private ByteBuf direct;

    @AfterEach
    void release() {
        cumulation.release();
    }

    /**
     * Reads elements of {@code u16 length, bytes}; counts the bytes that it is given in another
     * buffer than the one that was fed.
     */
    @SuppressWarnings("ReferenceEquality") // the same object, not equal content
    private void elements(ByteBuf in) {
        while (in.readableBytes() >= 2
                && in.readableBytes() >= 2 + in.getUnsignedShort(in.readerIndex())) {
            int bytes = 2 + in.getUnsignedShort(in.readerIndex());
            copied += in == direct ? 0 : bytes;
            seen.writeBytes(in, bytes);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void elementsOfAnySizeSurviveAnyPieces(long seed) throws StreamException {
        SplittableRandom random = new SplittableRandom(seed);
        ByteBuf all = Unpooled.buffer();
        for (int i = 0; i < 60; i++) {
            byte[] body = new byte[random.nextInt(random.nextBoolean() ? 20 : 60_000)];
            random.nextBytes(body);
            all.writeShort(body.length).writeBytes(body);
        }
        byte[] bytes = ByteBufUtil.getBytes(all);
        Bytes.feedInPieces(bytes, random, cumulation, this::elements);

        assertThat(ByteBufUtil.getBytes(seen)).as("seed %d", seed).isEqualTo(bytes);
        assertThat(cumulation.keptBytes()).isZero();
    }

    @Test
    void onlyWhatStraddlesIsCopied() throws StreamException {
        int bodyBytes = 4094;
        ByteBuf all = Unpooled.buffer();
        for (int i = 0; i < 512; i++) {
            all.writeShort(bodyBytes).writeZero(bodyBytes);
        }
        byte[] bytes = ByteBufUtil.getBytes(all);
        int half = bytes.length / 2 + 1000;
        for (ByteBuf piece :
                new ByteBuf[] {
                    Unpooled.copiedBuffer(bytes, 0, half),
                    Unpooled.copiedBuffer(bytes, half, bytes.length - half)
                }) {
            direct = piece;
            cumulation.feed(piece, this::elements);
        }
        assertThat(seen.readableBytes()).isEqualTo(bytes.length);
        assertThat(copied).isBetween(1, 16 << 10);
    }

    @Test
    void aPausedReaderGetsEverythingLater() throws StreamException {
        byte[] bytes = Bytes.of("0001 aa 0002 bbcc 0003 ddeeff");
        cumulation.feed(Unpooled.wrappedBuffer(bytes, 0, 4), in -> {});
        cumulation.feed(Unpooled.wrappedBuffer(bytes, 4, bytes.length - 4), in -> {});
        assertThat(cumulation.keptBytes()).isEqualTo(bytes.length);

        cumulation.again(this::elements);
        assertThat(ByteBufUtil.getBytes(seen)).isEqualTo(bytes);
        assertThat(cumulation.keptBytes()).isZero();
    }

    @Test
    void aPauseMayFallIntoTheStraddlingElement() throws StreamException {
        cumulation.feed(Unpooled.wrappedBuffer(Bytes.of("0002 aa")), this::elements);
        ByteBuf next = Unpooled.wrappedBuffer(Bytes.of("bb 0001 cc 0001 dd"));
        cumulation.feed(
                next,
                in -> {
                    if (seen.writerIndex() == 0) {
                        seen.writeBytes(in, 4);
                    }
                });
        assertThat(next.isReadable()).isFalse();
        cumulation.again(this::elements);
        assertThat(Bytes.hex(ByteBufUtil.getBytes(seen))).isEqualTo("0002aabb0001cc0001dd");
    }

    @Test
    void whatIsKeptHasABound() throws StreamException {
        ByteBuf most = Unpooled.wrappedBuffer(new byte[1 << 20]);
        cumulation.feed(most, in -> {});
        assertThatIllegalStateException()
                .isThrownBy(() -> cumulation.feed(Unpooled.wrappedBuffer(new byte[1]), in -> {}));
    }

    @Test
    void aCallbackMustNotPresentBytes() {
        assertThatIllegalStateException()
                .isThrownBy(() ->
                        cumulation.feed(
                                Unpooled.wrappedBuffer(new byte[1]),
                                in -> cumulation.again(this::elements)));
    }

    /** The element after a pause may have no bytes, as an empty payload. */
    @Test
    void aReaderGoesOnAfterAPauseWhereNothingIsKept() throws StreamException {
        int[] calls = new int[1];
        cumulation.again(in -> calls[0] += in.isReadable() ? 0 : 1);
        cumulation.feed(Unpooled.wrappedBuffer(Bytes.of("0001aa")), this::elements);
        cumulation.again(in -> calls[0] += in.isReadable() ? 0 : 1);
        assertThat(calls).containsExactly(2);
    }
}
