package io.vmferry.protocol.returnpath;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vmferry.protocol.stream.Bytes;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ReturnPathPreambleTest {

    private static final ReturnPathPreamble PREAMBLE =
            new ReturnPathPreamble(UUID.fromString("00112233-4455-6677-8899-aabbccddeeff"));
    private static final String BYTES = "564d4652 00000001 00112233445566778899aabbccddeeff";

    @Test
    void hasItsBytes() {
        assertThat(Bytes.hex(Bytes.written(PREAMBLE::write))).isEqualTo(Bytes.hex(Bytes.of(BYTES)));
    }

    @Test
    void isReadWhenAllOfItIsThere() throws StreamException {
        byte[] bytes = Bytes.of(BYTES + "0002");
        for (int length = 0; length < ReturnPathPreamble.WIRE_BYTES; length++) {
            ByteBuf part = Unpooled.wrappedBuffer(bytes, 0, length);
            assertThat(ReturnPathPreamble.read(part)).as("%d bytes", length).isEmpty();
            assertThat(part.readerIndex()).isZero();
        }
        ByteBuf whole = Unpooled.wrappedBuffer(bytes);
        assertThat(ReturnPathPreamble.read(whole)).contains(PREAMBLE);
        assertThat(whole.readableBytes()).isEqualTo(2);
    }

    @Test
    void anotherMagicOrVersionIsRefused() {
        assertThat(error("5145564d")).isEqualTo(StreamError.RP_PREAMBLE_MAGIC);
        assertThat(error("564d4652 00000002")).isEqualTo(StreamError.RP_PREAMBLE_VERSION);
        assertThat(ReturnPathPreamble.startsWith(0x564D4652)).isTrue();
        assertThat(ReturnPathPreamble.startsWith(0x5145564D)).isFalse();
    }

    private static StreamError error(String bytes) {
        return assertThrows(
                        StreamException.class,
                        () -> ReturnPathPreamble.read(Unpooled.wrappedBuffer(Bytes.of(bytes))))
                .error();
    }
}
