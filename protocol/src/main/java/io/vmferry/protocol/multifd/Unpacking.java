package io.vmferry.protocol.multifd;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.vmferry.protocol.multifd.PageUnpacker.UnpackException;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Unpacks the compressed payloads of one channel, one at a time, beside the loop. */
public final class Unpacking {

    private static final int FIRST_BYTES = 64 << 10;

    private static final String BEGUN = "A payload has begun";

    private final PageCompression compression;
    private final PageUnpacker unpacker;
    private final PacketWork work;
    private final WorkBuffers buffers;
    private final Runnable whenDone;
    private Optional<String> refusal = Optional.empty();
    private @Nullable ByteBuf packed;
    private @Nullable ByteBuf pages;
    private int expectedBytes;
    private boolean working;
    private boolean released;

    /**
     * @param buffers in which payloads are unpacked
     * @param whenDone runs when a payload has been unpacked
     */
    public Unpacking(
            PageCompression compression, PacketWork work, WorkBuffers buffers, Runnable whenDone) {
        this.compression = compression;
        this.unpacker = compression.unpacker();
        this.work = work;
        this.buffers = buffers;
        this.whenDone = whenDone;
    }

    PageCompression compression() {
        return compression;
    }

    /**
     * Begins with a payload.
     *
     * @param packedBytes its size
     * @param bytes of the pages that are expected in it
     */
    void begin(int packedBytes, int bytes) {
        // grows as it comes: a header alone costs little
        int first = Math.min(packedBytes, FIRST_BYTES);
        packed = ByteBufAllocator.DEFAULT.directBuffer(first, packedBytes);
        expectedBytes = bytes;
    }

    /** Takes more of the payload; true once it is there as a whole. */
    boolean collect(ByteBuf in) {
        ByteBuf into = Objects.requireNonNull(packed, BEGUN);
        into.writeBytes(in, Math.min(in.readableBytes(), into.maxWritableBytes()));
        return into.maxWritableBytes() == 0;
    }

    /** Unpacks it. */
    void unpack() {
        ByteBuf from = Objects.requireNonNull(packed, BEGUN);
        // a byte more, by which a payload of more pages is noticed
        ByteBuf into = buffers.take();
        pages = into;
        working = true;
        work.run(() -> unpack(from, into), this::ended);
    }

    private void unpack(ByteBuf from, ByteBuf into) {
        var in = from.nioBuffer();
        var out = into.nioBuffer(0, expectedBytes + 1);
        try {
            unpacker.unpack(in, out);
            into.writerIndex(out.position());
            from.skipBytes(in.position());
        } catch (UnpackException e) {
            refusal =
                    Optional.of("multifd: " + e.getMessage() + ", expected " + compression.text());
        }
    }

    private void ended() {
        working = false;
        if (released) {
            free();
        } else {
            whenDone.run();
        }
    }

    /** Whether the payload has been unpacked. */
    boolean done() {
        return !working;
    }

    /** The pages, which are valid until they are freed. */
    ByteBuf result() throws StreamException {
        ByteBuf result = Objects.requireNonNull(pages, "A payload was unpacked");
        if (refusal.isPresent()) {
            throw StreamException.of(StreamError.MULTIFD_PAYLOAD, refusal.get());
        }
        if (result.readableBytes() != expectedBytes) {
            throw StreamException.of(
                    StreamError.MULTIFD_PAYLOAD,
                    "multifd: packet size received %s%d size expected %d"
                            .formatted(
                                    result.readableBytes() <= expectedBytes ? "" : "at least ",
                                    result.readableBytes(),
                                    expectedBytes));
        }
        return result;
    }

    /** Frees the payload and its pages. */
    void free() {
        if (packed != null) {
            packed.release();
            packed = null;
        }
        if (pages != null) {
            buffers.give(pages);
            pages = null;
        }
    }

    /** Frees everything, as soon as nothing is being unpacked. */
    void release() {
        if (!released) {
            released = true;
            if (!working) {
                free();
            }
            if (compression != PageCompression.NONE) {
                work.run(unpacker::close, () -> {});
            }
        }
    }
}
