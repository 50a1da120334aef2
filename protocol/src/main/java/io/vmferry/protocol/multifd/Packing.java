package io.vmferry.protocol.multifd;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.vmferry.protocol.options.Parameters;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Compresses the packets of one channel beside the loop, one after the other; plain ones are done
 * at once.
 */
public final class Packing {

    private final PageCompression compression;
    private final PagePacker packer;
    private final PacketWork work;
    private final WorkBuffers buffers;

    /**
     * @param buffers in which packets are packed
     */
    public Packing(Parameters parameters, PacketWork work, WorkBuffers buffers) {
        this.compression = PageCompression.of(parameters);
        this.packer = compression.packer(parameters);
        this.work = work;
        this.buffers = buffers;
    }

    /** How the header names the form of the payload. */
    public int flags() {
        return compression.flags();
    }

    /**
     * Packs a packet, or keeps one without pages in its place among the others.
     *
     * @param packet header and pages, owned; the header is corrected
     * @param done gets the packet as it is to be sent
     */
    public void pack(ByteBuf packet, Consumer<ByteBuf> done) {
        int pagesBytes = packet.readableBytes() - PacketFormat.HEADER_BYTES;
        if (compression == PageCompression.NONE) {
            done.accept(packet);
            return;
        }
        if (pagesBytes == 0) {
            work.run(() -> {}, () -> done.accept(packet));
            return;
        }
        Job job = new Job(packet, pagesBytes);
        work.run(job::run, () -> done.accept(job.takeResult()));
    }

    /** Compresses one packet, all of it beside the loop. */
    private final class Job {

        private final ByteBuf packet;
        private final int pagesBytes;
        private @Nullable ByteBuf result;

        Job(ByteBuf packet, int pagesBytes) {
            this.packet = packet;
            this.pagesBytes = pagesBytes;
        }

        void run() {
            ByteBuf room = buffers.take();
            try {
                ByteBuffer pages = room.nioBuffer(0, pagesBytes);
                ByteBuffer packed =
                        room.nioBuffer(pagesBytes, room.capacity() - pagesBytes)
                                .limit(PacketFormat.MAX_PACKED_BYTES);
                copyPages(pages);
                packer.pack(pages.flip(), packed);
                result = inItsSize(packed.flip());
            } finally {
                buffers.give(room);
                packet.release();
            }
        }

        /** The guest may store to them meanwhile, and zlib must not see them change. */
        private void copyPages(ByteBuffer pages) {
            int start = packet.readerIndex() + PacketFormat.HEADER_BYTES;
            for (ByteBuffer part : packet.nioBuffers(start, pagesBytes)) {
                pages.put(part);
            }
        }

        /** Links limit their queue by bytes, and so do those who wait to be compressed. */
        private ByteBuf inItsSize(ByteBuffer packed) {
            int bytes = packed.remaining();
            ByteBuf exact =
                    ByteBufAllocator.DEFAULT.directBuffer(PacketFormat.HEADER_BYTES + bytes);
            exact.writeBytes(packet, packet.readerIndex(), PacketFormat.HEADER_BYTES);
            exact.setInt(PacketFormat.PAYLOAD_BYTES_AT, bytes);
            return exact.writeBytes(packed);
        }

        ByteBuf takeResult() {
            return Objects.requireNonNull(result, "The packet was compressed");
        }
    }

    /** Runs an action behind all that is being packed. */
    public void inOrder(Runnable action) {
        if (compression == PageCompression.NONE) {
            action.run();
        } else {
            work.run(() -> {}, action);
        }
    }

    /** Frees what packs, after all that is being packed. */
    public void release() {
        if (compression != PageCompression.NONE) {
            work.run(packer::close, () -> {});
        }
    }
}
