package io.vmferry.protocol.multifd;

import io.netty.buffer.ByteBuf;
import io.vmferry.protocol.stream.WireStrings;

/**
 * The pages of the packet that is being made, and its header. Can be used again for the next one.
 */
public final class PacketWriter {

    private final long[] normal = new long[PacketFormat.MAX_PAGES];
    private final long[] zero = new long[PacketFormat.MAX_PAGES];
    private int normalPages;
    private int zeroPages;

    /** Adds a page of data, whose content the caller puts into the payload. */
    public void page(long offset) {
        normal[normalPages++] = offset;
    }

    /** Adds a page that is zeros. */
    public void zeroPage(long offset) {
        zero[zeroPages++] = offset;
    }

    /** How many pages of data there are. */
    public int normalPages() {
        return normalPages;
    }

    /** Where a page of data lies in its block; pages are numbered from 0 in their order. */
    public long offset(int normalPage) {
        return normal[normalPage];
    }

    /** All pages so far. */
    public int pages() {
        return normalPages + zeroPages;
    }

    /** Whether the packet has all the pages that it can have. */
    public boolean full() {
        return pages() == PacketFormat.MAX_PAGES;
    }

    /** Begins another packet. */
    public void clear() {
        normalPages = 0;
        zeroPages = 0;
    }

    /**
     * Appends the header of the packet.
     *
     * @param compression the flags of the payload's form
     * @param payloadBytes its size
     * @param number of the packet among those of all channels
     */
    public void header(ByteBuf out, int compression, int payloadBytes, long number, String block) {
        start(out, compression, PacketFormat.MAX_PAGES, normalPages, payloadBytes, number);
        out.writeInt(zeroPages).writeZero(PacketFormat.NAME_AT - PacketFormat.ZERO_AT - 4);
        byte[] name = WireStrings.bytes(block);
        out.writeBytes(name).writeZero(PacketFormat.NAME_BYTES - name.length);
        int offsetsBytes = pages() * Long.BYTES;
        out.ensureWritable(offsetsBytes)
                .nioBuffer(out.writerIndex(), offsetsBytes)
                .asLongBuffer()
                .put(normal, 0, normalPages)
                .put(zero, 0, zeroPages);
        out.writerIndex(out.writerIndex() + offsetsBytes)
                .writeZero((PacketFormat.MAX_PAGES - pages()) * Long.BYTES);
    }

    /**
     * Appends a packet without pages that belongs to a mark of the main stream.
     *
     * @param roomListed whether it tells for how many pages there is room, as before QEMU 9.0
     */
    public static void sync(ByteBuf out, boolean roomListed, long number) {
        int room = roomListed ? PacketFormat.MAX_PAGES : 0;
        start(out, PacketFormat.FLAG_SYNC, room, 0, 0, number);
        out.writeZero(PacketFormat.HEADER_BYTES - PacketFormat.ZERO_AT);
    }

    private static void start(
            ByteBuf out, int flags, int allocated, int normalPages, int payloadBytes, long number) {
        out.writeInt(PacketFormat.MAGIC)
                .writeInt(PacketFormat.VERSION)
                .writeInt(flags)
                .writeInt(allocated)
                .writeInt(normalPages)
                .writeInt(payloadBytes)
                .writeLong(number);
    }
}
