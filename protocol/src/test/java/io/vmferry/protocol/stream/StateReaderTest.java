package io.vmferry.protocol.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class StateReaderTest {

    @Test
    void everyFieldIsReadAsWritten() throws StreamException {
        ByteBuf bytes = Unpooled.buffer();
        StateWriter writer =
                new StateWriter(bytes)
                        .uint8("a", 0xFE)
                        .uint16("b", 0xFEDC)
                        .uint32("c", 0xFEDCBA98L)
                        .uint64("d", 0xFEDCBA9876543210L)
                        .int64("e", -2)
                        .buffer("g", new byte[] {1, 2, 3})
                        .unused(2);
        assertThat(bytes.readableBytes())
                .isEqualTo(writer.fields().stream().mapToInt(VmDescription.Field::sizeBytes).sum());

        StateReader reader = new StateReader(bytes);
        assertThat(reader.uint8()).isEqualTo(0xFE);
        assertThat(reader.uint16()).isEqualTo(0xFEDC);
        assertThat(reader.uint32()).isEqualTo(0xFEDCBA98L);
        assertThat(reader.uint64()).isEqualTo(0xFEDCBA9876543210L);
        assertThat(reader.int64()).isEqualTo(-2);
        byte[] buffer = new byte[3];
        reader.buffer(buffer);
        assertThat(buffer).containsExactly(1, 2, 3);
        reader.skip(2);
        assertThat(bytes.isReadable()).isFalse();
    }

    @Test
    void aFieldPastTheEndIsRefused() {
        StateReader reader = new StateReader(Unpooled.wrappedBuffer(new byte[5]));
        assertThat(assertThrows(StreamException.class, reader::uint64))
                .hasMessage("Device state ends 3 bytes before the end of its next field")
                .extracting(StreamException::error)
                .isEqualTo(StreamError.DEVICE_STATE);
    }

    @Test
    void aFixedPayloadWaitsForAllOfItAndTakesNoMore() throws StreamException {
        int[] seen = new int[1];
        PayloadReader payload = PayloadReader.fixed(4, fields -> seen[0] = fields.uint16());
        ByteBuf in = Unpooled.buffer().writeBytes(new byte[] {1, 2, 3});

        assertThat(payload.read(in)).isFalse();
        assertThat(in.readableBytes()).isEqualTo(3);
        in.writeByte(4).writeByte(5);
        assertThat(payload.read(in)).isTrue();
        assertThat(seen[0]).isEqualTo(0x0102);
        assertThat(in.readableBytes()).isEqualTo(1);
    }

    @Test
    void aSkippedPayloadIsConsumedAsItComes() throws StreamException {
        PayloadReader payload = PayloadReader.skipping(5);
        assertThat(payload.read(Unpooled.wrappedBuffer(new byte[3]))).isFalse();
        ByteBuf rest = Unpooled.wrappedBuffer(new byte[3]);
        assertThat(payload.read(rest)).isTrue();
        assertThat(rest.readableBytes()).isEqualTo(1);
        assertThat(PayloadReader.skipping(0).read(Unpooled.EMPTY_BUFFER)).isTrue();
    }
}
