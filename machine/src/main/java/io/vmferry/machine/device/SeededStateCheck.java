package io.vmferry.machine.device;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vmferry.machine.text.Figures;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Verifies a {@link SeededState} as it arrives, in pieces of any size. */
final class SeededStateCheck {

    private static final String HEADER_FIRST = "The header comes before the content";
    private final String device;
    private final long expectedBytes;
    private final @Nullable SeededState likely;
    private final byte[] likelyContent;
    private final ByteBuf header = Unpooled.buffer(SeededState.HEADER_BYTES);
    private @Nullable SeededState state;
    private long position;

    /**
     * @param device for error texts
     * @param expectedBytes length of the content that the device has here
     */
    SeededStateCheck(String device, long expectedBytes) {
        this(device, expectedBytes, null, new byte[0]);
    }

    /**
     * @param likely the expected state, or null when it is unknown
     * @param likelyContent its content, which is compared much faster than it is made: by checksum,
     *     and byte by byte only to tell where the difference is
     */
    SeededStateCheck(
            String device, long expectedBytes, @Nullable SeededState likely, byte[] likelyContent) {
        this.likely = likely;
        this.likelyContent = likelyContent;
        this.device = device;
        this.expectedBytes = expectedBytes;
    }

    /** How much of header and content has not come yet. */
    long leftBytes() {
        return SeededState.HEADER_BYTES + expectedBytes - position;
    }

    /** The whole state, when nothing is left. */
    SeededState state() {
        if (leftBytes() > 0) {
            throw new IllegalStateException(leftBytes() + " bytes of state are missing");
        }
        return Objects.requireNonNull(state, HEADER_FIRST);
    }

    /** Takes the next {@code bytes}, which must be there and not exceed what is left. */
    void accept(ByteBuf in, int bytes) throws StreamException {
        int left = bytes;
        if (state == null) {
            int part = Math.min(left, header.writableBytes());
            header.writeBytes(in, part);
            position += part;
            left -= part;
            if (header.isWritable()) {
                return;
            }
            readHeader();
        }
        compare(in, position - SeededState.HEADER_BYTES, left);
        position += left;
    }

    private void readHeader() throws StreamException {
        SeededState read = new SeededState(header.readLong(), header.readInt(), header.readLong());
        int crc = header.readInt();
        if (crc != read.headerCrc()) {
            throw refused(
                    "the header of its state has checksum 0x%08x, expected 0x%08x"
                            .formatted(crc, read.headerCrc()));
        }
        if (read.contentBytes() != expectedBytes) {
            throw refused(
                    "it has %d bytes of state at the source and %d here; both sides need the same --device options"
                            .formatted(read.contentBytes(), expectedBytes));
        }
        state = read;
    }

    private void compare(ByteBuf in, long from, int bytes) throws StreamException {
        if (asLikely(in, from, bytes)) {
            in.skipBytes(bytes);
            return;
        }
        int at = 0;
        while (at < bytes && ((from + at) & 7) != 0) {
            expect(in, from + at++);
        }
        for (; at + Long.BYTES <= bytes; at += Long.BYTES) {
            if (in.getLong(in.readerIndex())
                    != Objects.requireNonNull(state, HEADER_FIRST).word((from + at) >>> 3)) {
                break;
            }
            in.skipBytes(Long.BYTES);
        }
        while (at < bytes) {
            expect(in, from + at++);
        }
    }

    private boolean asLikely(ByteBuf in, long from, int bytes) {
        return likely != null
                && Objects.requireNonNull(state, HEADER_FIRST).sameAs(likely)
                && checksum(in.nioBuffer(in.readerIndex(), bytes))
                        == checksum(ByteBuffer.wrap(likelyContent, (int) from, bytes));
    }

    /** A bulk comparison, which is fast from the first call on, unlike a loop over bytes. */
    private static long checksum(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return crc.getValue();
    }

    private void expect(ByteBuf in, long at) throws StreamException {
        byte seen = in.getByte(in.readerIndex());
        if (seen != Objects.requireNonNull(state, HEADER_FIRST).contentByte(at)) {
            throw refused(
                    "byte %s of its state is 0x%02x, expected 0x%02x"
                            .formatted(Figures.number(at), seen, state.contentByte(at)));
        }
        in.skipBytes(1);
    }

    private StreamException refused(String text) {
        return StreamException.of(
                StreamError.DEVICE_STATE, "Device " + device + " refuses its state: " + text);
    }
}
