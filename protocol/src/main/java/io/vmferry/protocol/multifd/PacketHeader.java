package io.vmferry.protocol.multifd;

import io.netty.buffer.ByteBuf;
import io.vmferry.protocol.ram.RamFlags;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;
import io.vmferry.protocol.stream.WireStrings;

/**
 * The header of a packet, read where it lies.
 *
 * @param bytes all of the header, from its magic on
 * @param zeroPagesListed whether a packet may list zero pages; before QEMU 9.0 the field meant
 *     nothing
 */
public record PacketHeader(ByteBuf bytes, boolean zeroPagesListed) {

    /** Refuses what is no packet, by its first bytes: magic, version, and flags. */
    static void requireStart(ByteBuf in) throws StreamException {
        requireVersion(in);
        int flags = in.getInt(in.readerIndex() + PacketFormat.FLAGS_AT);
        if ((flags & PacketFormat.FLAG_DEVICE_STATE) != 0) {
            throw StreamException.of(
                    StreamError.MULTIFD_DEVICE_STATE,
                    "multifd: received device state, and no device here takes it on a multifd"
                            + " channel");
        }
    }

    static void requireVersion(ByteBuf in) throws StreamException {
        int at = in.readerIndex();
        int magic = in.getInt(at);
        if (magic != PacketFormat.MAGIC) {
            throw StreamException.of(
                    StreamError.MULTIFD_MAGIC,
                    "multifd: received packet magic %x expected %x"
                            .formatted(magic, PacketFormat.MAGIC));
        }
        int version = in.getInt(at + PacketFormat.VERSION_AT);
        if (version != PacketFormat.VERSION) {
            throw StreamException.of(
                    StreamError.MULTIFD_VERSION,
                    "multifd: received packet version %s expected %d"
                            .formatted(Integer.toUnsignedString(version), PacketFormat.VERSION));
        }
    }

    /** Refuses more pages than a packet can have. */
    void requireCounts() throws StreamException {
        requireAtMost(
                "multifd: received packet with %s pages and expected maximum pages are %d",
                field(PacketFormat.ALLOCATED_AT), PacketFormat.MAX_PAGES);
        requireAtMost(
                "multifd: received packet with %s normal pages and expected maximum pages are %d",
                normalPages(), pagesAllocated());
        requireAtMost(
                "multifd: received packet with %s zero pages and expected maximum zero pages are %d",
                zeroPages(), pagesAllocated() - normalPages());
    }

    private static void requireAtMost(String text, int count, int most) throws StreamException {
        if (Integer.compareUnsigned(count, most) > 0) {
            throw StreamException.of(
                    StreamError.MULTIFD_PAGES,
                    text.formatted(Integer.toUnsignedString(count), most));
        }
    }

    private int field(int at) {
        return bytes.getInt(bytes.readerIndex() + at);
    }

    /** All flags. */
    public int flags() {
        return field(PacketFormat.FLAGS_AT);
    }

    /** Whether the packet belongs to a mark of the main stream. */
    public boolean sync() {
        return (flags() & PacketFormat.FLAG_SYNC) != 0;
    }

    /** The bits of {@link #flags} that say how the pages are compressed. */
    public int compression() {
        return flags() & PacketFormat.COMPRESSION_MASK;
    }

    /** How many pages the sender has room for. */
    public int pagesAllocated() {
        return field(PacketFormat.ALLOCATED_AT);
    }

    /** How many pages are in the payload. */
    public int normalPages() {
        return field(PacketFormat.NORMAL_AT);
    }

    /** How many pages are listed because they are zeros. */
    public int zeroPages() {
        return zeroPagesListed ? field(PacketFormat.ZERO_AT) : 0;
    }

    /** All pages that the packet is about. */
    public int pages() {
        return normalPages() + zeroPages();
    }

    /** The announced size of the payload; means nothing without normal pages. */
    public int payloadBytes() {
        return field(PacketFormat.PAYLOAD_BYTES_AT);
    }

    /** The number of the packet among those of all channels. */
    public long number() {
        return bytes.getLong(bytes.readerIndex() + PacketFormat.NUMBER_AT);
    }

    /** The block of all pages: what stands before the first NUL. */
    public String block() {
        int at = bytes.readerIndex() + PacketFormat.NAME_AT;
        int end = bytes.indexOf(at, at + PacketFormat.NAME_BYTES - 1, (byte) 0);
        int length = end < 0 ? PacketFormat.NAME_BYTES - 1 : end - at;
        return WireStrings.readText(bytes.slice(at, length), length);
    }

    /**
     * Where a page lies in its block.
     *
     * @param index from 0; the normal pages come first, then the zero pages
     */
    public long offset(int index) {
        return bytes.getLong(bytes.readerIndex() + PacketFormat.OFFSETS_AT + index * Long.BYTES);
    }

    /** Reads where all pages lie, which must be in a block of so many bytes. */
    void offsets(long[] into, long usedLengthBytes) throws StreamException {
        int pages = pages();
        bytes.nioBuffer(bytes.readerIndex() + PacketFormat.OFFSETS_AT, pages * Long.BYTES)
                .asLongBuffer()
                .get(into, 0, pages);
        for (int page = 0; page < pages; page++) {
            requireWithin(into[page], usedLengthBytes - RamFlags.PAGE_SIZE);
        }
    }

    private static void requireWithin(long offset, long last) throws StreamException {
        if (Long.compareUnsigned(offset, last) > 0) {
            throw StreamException.of(
                    StreamError.MULTIFD_OFFSET,
                    "multifd: offset too long %s (max %x)"
                            .formatted(Long.toUnsignedString(offset), last));
        }
        if (RamFlags.flags(offset) != 0) {
            throw StreamException.of(
                    StreamError.MULTIFD_OFFSET,
                    "multifd: offset 0x%x is no multiple of the page size %d"
                            .formatted(offset, RamFlags.PAGE_SIZE));
        }
    }
}
