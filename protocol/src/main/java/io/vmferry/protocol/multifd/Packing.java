package io.vmferry.protocol.multifd;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.vmferry.protocol.options.Parameters;
import java.util.function.Consumer;

/**
 * Compresses the packets of one channel beside the loop, one after the other; plain ones are done
 * at once.
 */
public final class Packing {

    private final PageCompression compression;
    private final PagePacker packer;
    private final PacketWork work;

    public Packing(Parameters parameters, PacketWork work) {
        this.compression = PageCompression.of(parameters);
        this.packer = compression.packer(parameters);
        this.work = work;
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
        int roomBytes = PacketFormat.HEADER_BYTES + PacketFormat.MAX_PACKED_BYTES;
        ByteBuf out = ByteBufAllocator.DEFAULT.directBuffer(roomBytes, roomBytes);
        work.run(() -> pack(packet, out, pagesBytes), () -> done.accept(packed(packet, out)));
    }

    private void pack(ByteBuf packet, ByteBuf out, int pagesBytes) {
        int start = PacketFormat.HEADER_BYTES;
        var room = out.nioBuffer(start, PacketFormat.MAX_PACKED_BYTES);
        packer.pack(packet.nioBuffer(packet.readerIndex() + start, pagesBytes), room);
        out.writerIndex(start + room.position());
    }

    /** The packet in a buffer of its size, since links limit their queue by bytes. */
    private static ByteBuf packed(ByteBuf packet, ByteBuf out) {
        out.setBytes(0, packet, packet.readerIndex(), PacketFormat.HEADER_BYTES);
        out.setInt(PacketFormat.PAYLOAD_BYTES_AT, out.writerIndex() - PacketFormat.HEADER_BYTES);
        packet.release();
        ByteBuf exact = ByteBufAllocator.DEFAULT.directBuffer(out.readableBytes());
        exact.writeBytes(out);
        out.release();
        return exact;
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
