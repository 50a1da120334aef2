package io.vmferry.machine.device;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.vmferry.protocol.stream.PayloadReader;
import io.vmferry.protocol.stream.StateWriter;
import io.vmferry.protocol.stream.StreamException;
import java.util.function.Consumer;

/** Device payloads as byte arrays, and methods that feed them to a reader. */
final class Payloads {
    private Payloads() {}

    static byte[] of(Consumer<ByteBuf> writer) {
        ByteBuf out = Unpooled.buffer();
        writer.accept(out);
        return ByteBufUtil.getBytes(out);
    }

    static byte[] of(StateDevice device) {
        return of(out -> device.save(new StateWriter(out)));
    }

    /** Feeds the whole payload and a byte after it that the reader must not consume. */
    static void load(PayloadReader reader, byte[] payload) throws StreamException {
        ByteBuf in = Unpooled.buffer().writeBytes(payload).writeByte(0x7E);
        if (!reader.read(in)) {
            throw new AssertionError("The reader expects more than the whole payload");
        }
        if (in.readableBytes() != 1) {
            throw new AssertionError(in.readableBytes() + " bytes are left, expected 1");
        }
    }

    /** Feeds the payload byte by byte; bytes that the reader did not consume are offered again. */
    static void loadByteByByte(PayloadReader reader, byte[] payload) throws StreamException {
        ByteBuf in = Unpooled.buffer();
        for (int i = 0; i < payload.length; i++) {
            in.writeByte(payload[i]);
            boolean complete = reader.read(in);
            if (complete != (i == payload.length - 1)) {
                throw new AssertionError("Complete after byte " + i + " of " + payload.length);
            }
        }
    }
}
