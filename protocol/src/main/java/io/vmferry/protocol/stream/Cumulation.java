package io.vmferry.protocol.stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what a reader left unread and presents it again in front of the bytes that follow. Only the
 * element that straddles two buffers is copied, with a few KiB around it: as soon as it is consumed
 * the reader goes on in the new buffer itself. Belongs to one thread; must be released.
 */
public final class Cumulation {

    /** More than any reader leaves unread, with room for what arrives during a pause. */
    public static final int DEFAULT_MAX_KEPT_BYTES = 64 << 20;

    private static final int FIRST_CHUNK_BYTES = 8 << 10;
    private static final int LARGEST_REUSED_BYTES = 1 << 20;

    private final int maxKeptBytes;
    private @Nullable ByteBuf kept;
    private boolean reading;

    /** Something that consumes what it can and leaves an incomplete rest unread. */
    @FunctionalInterface
    public interface Reader {

        /** Reads from a borrowed buffer. */
        void read(ByteBuf in) throws StreamException;
    }

    /** With the usual bound. */
    public Cumulation() {
        this(DEFAULT_MAX_KEPT_BYTES);
    }

    /**
     * With a bound of its own.
     *
     * @param maxKeptBytes keeping more is a fault of the caller, who must stop reading its channel
     *     while its reader is paused
     */
    public Cumulation(int maxKeptBytes) {
        this.maxKeptBytes = maxKeptBytes;
    }

    /** Presents the kept rest and the new bytes; afterwards all of {@code in} is consumed. */
    public void feed(ByteBuf in, Reader reader) throws StreamException {
        enter();
        try {
            readStraddling(in, reader);
            if (keptBytes() == 0 && in.isReadable()) {
                reader.read(in);
                append(in, in.readableBytes());
            }
        } finally {
            reading = false;
            shrink();
        }
    }

    /**
     * Presents the kept rest again, after a pause. Where nothing is kept the reader is called all
     * the same: what comes next may take no bytes, such as an empty payload.
     */
    public void again(Reader reader) throws StreamException {
        enter();
        try {
            reader.read(kept == null ? Unpooled.EMPTY_BUFFER : kept);
        } finally {
            reading = false;
            shrink();
        }
    }

    /** Bytes that wait for more, or for the end of a pause. */
    public int keptBytes() {
        return kept == null ? 0 : kept.readableBytes();
    }

    /** Drops the kept bytes and their memory; may be called again. */
    public void release() {
        if (kept != null) {
            kept.release();
            kept = null;
        }
    }

    private void enter() {
        if (reading) {
            throw new IllegalStateException("A reader's callback must not present bytes itself");
        }
        reading = true;
    }

    /** Extends the rest from the new buffer until the reader has got past it. */
    private void readStraddling(ByteBuf in, Reader reader) throws StreamException {
        int chunkBytes = FIRST_CHUNK_BYTES;
        while (keptBytes() > 0 && in.isReadable()) {
            int fresh = Math.min(chunkBytes, in.readableBytes());
            int oldBytes = keptBytes();
            append(in, fresh);
            ByteBuf rest = Objects.requireNonNull(kept, "There are kept bytes");
            int start = rest.readerIndex();
            reader.read(rest);
            int consumed = rest.readerIndex() - start;
            if (consumed >= oldBytes) {
                // What is left of the rest is in the new buffer as well: go on there.
                in.readerIndex(in.readerIndex() - rest.readableBytes());
                rest.clear();
            }
            chunkBytes = Math.min(chunkBytes * 2, LARGEST_REUSED_BYTES);
        }
    }

    private void append(ByteBuf in, int bytes) {
        if (bytes == 0) {
            return;
        }
        if (keptBytes() + bytes > maxKeptBytes) {
            throw new IllegalStateException(
                    "More than " + maxKeptBytes + " bytes wait for a reader that does not read");
        }
        if (kept == null) {
            kept = in.alloc().buffer(Math.max(bytes, 2 * FIRST_CHUNK_BYTES));
        } else if (!kept.isReadable()) {
            kept.clear();
        } else if (kept.writableBytes() < bytes) {
            kept.discardReadBytes();
        }
        kept.writeBytes(in, bytes);
    }

    private void shrink() {
        if (kept != null && !kept.isReadable() && kept.capacity() > LARGEST_REUSED_BYTES) {
            release();
        }
    }
}
