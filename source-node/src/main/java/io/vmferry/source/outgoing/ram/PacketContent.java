package io.vmferry.source.outgoing.ram;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.CompositeByteBuf;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.protocol.multifd.PacketFormat;
import io.vmferry.protocol.multifd.PacketWriter;
import io.vmferry.protocol.ram.RamFlags;
import java.lang.foreign.MemorySegment;

/**
 * Makes the buffer of a packet: room for its header, and its pages behind it. Pages that follow
 * each other are sent from where they lie, as QEMU does it; single ones are copied together.
 */
final class PacketContent {

    /** So many pages that follow each other are worth an entry in the transport's list. */
    private static final int LEAST_PAGES = 16;

    private final PagePackets packets;

    PacketContent(PagePackets packets) {
        this.packets = packets;
    }

    /** The buffer of a packet with all its pages; owned by the caller. */
    ByteBuf of(PacketWriter header, RamBlock block) {
        if (header.normalPages() == 0) {
            return room();
        }
        return runs(header) * LEAST_PAGES <= header.normalPages()
                ? inPlace(header, block)
                : copied(header, block);
    }

    private static ByteBuf room() {
        return ByteBufAllocator.DEFAULT
                .directBuffer(PacketFormat.HEADER_BYTES)
                .writerIndex(PacketFormat.HEADER_BYTES);
    }

    private static int runs(PacketWriter header) {
        int runs = 0;
        for (int page = 0; page < header.normalPages(); page = runEnd(header, page)) {
            runs++;
        }
        return runs;
    }

    /** The page after those that follow each other from one on. */
    private static int runEnd(PacketWriter header, int page) {
        int end = page + 1;
        while (end < header.normalPages()
                && header.offset(end) == header.offset(end - 1) + RamFlags.PAGE_SIZE) {
            end++;
        }
        return end;
    }

    /**
     * The pages are read when they are compressed, or the transport takes them. What the guest
     * stores until then makes them dirty, since they count as sent already, and they come again.
     */
    private static ByteBuf inPlace(PacketWriter header, RamBlock block) {
        CompositeByteBuf packet =
                ByteBufAllocator.DEFAULT.compositeDirectBuffer(1 + header.normalPages());
        packet.addComponent(true, room());
        for (int page = 0; page < header.normalPages(); ) {
            int end = runEnd(header, page);
            packet.addComponent(
                    true,
                    block.content().buffer(header.offset(page), (end - page) * RamFlags.PAGE_SIZE));
            page = end;
        }
        return packet;
    }

    private ByteBuf copied(PacketWriter header, RamBlock block) {
        ByteBuf packet = packets.packet().writerIndex(PacketFormat.HEADER_BYTES);
        MemorySegment target =
                MemorySegment.ofBuffer(packet.internalNioBuffer(0, packet.capacity()));
        for (int page = 0; page < header.normalPages(); page++) {
            block.copyPage(header.offset(page) / RamFlags.PAGE_SIZE, target, packet.writerIndex());
            packet.writerIndex(packet.writerIndex() + RamFlags.PAGE_SIZE);
        }
        return withoutSlack(packet);
    }

    /** A small packet in a buffer of its size, since links limit their queue by bytes. */
    private static ByteBuf withoutSlack(ByteBuf full) {
        if (full.readableBytes() >= full.capacity() / 2) {
            return full;
        }
        ByteBuf small = ByteBufAllocator.DEFAULT.directBuffer(full.readableBytes());
        small.writeBytes(full);
        full.release();
        return small;
    }
}
