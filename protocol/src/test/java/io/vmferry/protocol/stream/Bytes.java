package io.vmferry.protocol.stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** Bytes for tests, written as hex with text in quotes. */
public final class Bytes {

    private Bytes() {}

    /** Parses {@code 08 000b "ram"}: hex digits with blanks anywhere, text in double quotes. */
    public static byte[] of(String notation) {
        ByteBuf out = Unpooled.buffer();
        String[] parts = notation.split("\"", -1);
        for (int i = 0; i < parts.length; i++) {
            out.writeBytes(
                    i % 2 == 0
                            ? ByteBufUtil.decodeHexDump(parts[i].replaceAll("[ |]", ""))
                            : parts[i].getBytes(StandardCharsets.ISO_8859_1));
        }
        return ByteBufUtil.getBytes(out);
    }

    /** The bytes that {@code writer} appends to an empty buffer. */
    public static byte[] written(Consumer<ByteBuf> writer) {
        ByteBuf out = Unpooled.buffer();
        writer.accept(out);
        return ByteBufUtil.getBytes(out);
    }

    /** Concatenates byte arrays. */
    public static byte[] join(byte[]... parts) {
        return ByteBufUtil.getBytes(Unpooled.wrappedBuffer(parts));
    }

    /** Formats bytes as hex digits, so that a failed comparison is readable. */
    public static String hex(byte[] bytes) {
        return ByteBufUtil.hexDump(bytes);
    }

    /** Feeds the bytes in pieces of random sizes, small and large, as a channel would. */
    public static void feedInPieces(
            byte[] bytes, SplittableRandom random, Cumulation cumulation, Cumulation.Reader reader)
            throws StreamException {
        int at = 0;
        while (at < bytes.length) {
            int limit = random.nextBoolean() ? 5 : 3000;
            int size = Math.min(1 + random.nextInt(limit), bytes.length - at);
            ByteBuf piece = Unpooled.copiedBuffer(bytes, at, size);
            cumulation.feed(piece, reader);
            if (piece.isReadable()) {
                throw new AssertionError("Bytes of a piece were neither read nor kept");
            }
            at += size;
        }
    }
}
