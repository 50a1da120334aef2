package io.vmferry.machine.device;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.zip.CRC32C;

/**
 * The state of a synthetic device: a header, then bytes derived from its seed and generation. Any
 * part of it can be written without the parts before it.
 *
 * <pre>
 *   offset  width  field (big-endian)
 *        0      8  seed
 *        8      4  generation
 *       12      8  length of the content in bytes
 *       20      4  CRC-32C of the 20 bytes before
 *       24      …  content
 * </pre>
 *
 * @param seed chosen when the guest was first started
 * @param generation how often the state has been loaded since
 * @param contentBytes length of the content
 */
record SeededState(long seed, int generation, long contentBytes) {
    static final int HEADER_BYTES = 24;
    private static final int CHECKED_BYTES = 20;

    private static final long STRIDE = 0x9E3779B97F4A7C15L;

    /** Length of header and content. */
    long totalBytes() {
        return HEADER_BYTES + contentBytes;
    }

    /** Like {@code equals}, whose first call on a record is milliseconds of linking. */
    boolean sameAs(SeededState other) {
        return seed == other.seed
                && generation == other.generation
                && contentBytes == other.contentBytes;
    }

    /** The state after the next migration. */
    SeededState next() {
        return new SeededState(seed, generation + 1, contentBytes);
    }

    /** A number that is the same in every generation. */
    long ringSeed() {
        return new SeededState(seed, 0, contentBytes).word(-1);
    }

    /** The checksum that belongs into the header. */
    int headerCrc() {
        ByteBuf fields = Unpooled.buffer(CHECKED_BYTES);
        fields.writeLong(seed).writeInt(generation).writeLong(contentBytes);
        CRC32C crc = new CRC32C();
        crc.update(fields.array(), 0, CHECKED_BYTES);
        return (int) crc.getValue();
    }

    /** The whole content, for a device that keeps it at hand as a real one does. */
    byte[] content() {
        byte[] bytes = new byte[Math.toIntExact(contentBytes)];
        writeContent(Unpooled.wrappedBuffer(bytes).clear(), 0, contentBytes);
        return bytes;
    }

    /** Appends {@code bytes} of header and content, starting at {@code from}. */
    void write(ByteBuf out, long from, int bytes) {
        long at = from;
        long to = from + bytes;
        if (at < HEADER_BYTES) {
            ByteBuf header = Unpooled.buffer(HEADER_BYTES);
            header.writeLong(seed).writeInt(generation).writeLong(contentBytes);
            header.writeInt(headerCrc());
            int end = (int) Math.min(to, HEADER_BYTES);
            out.writeBytes(header, (int) at, end - (int) at);
            at = end;
        }
        writeContent(out, at - HEADER_BYTES, to - HEADER_BYTES);
    }

    /** The eight content bytes at {@code 8 * index}, first one highest. */
    long word(long index) {
        long z = seed + (generation + 1) * STRIDE + (index + 1) * 0xD1342543DE82EF95L;
        z = (z ^ (z >>> 32)) * 0xD6E8FEB86659FD93L;
        return z ^ (z >>> 29);
    }

    /** The content byte at a position. */
    byte contentByte(long at) {
        return (byte) (word(at >>> 3) >>> (56 - 8 * (int) (at & 7)));
    }

    private void writeContent(ByteBuf out, long from, long to) {
        long at = from;
        while (at < to && (at & 7) != 0) {
            out.writeByte(contentByte(at++));
        }
        for (; at + Long.BYTES <= to; at += Long.BYTES) {
            out.writeLong(word(at >>> 3));
        }
        while (at < to) {
            out.writeByte(contentByte(at++));
        }
    }
}
