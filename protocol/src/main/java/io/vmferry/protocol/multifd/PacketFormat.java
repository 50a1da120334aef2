package io.vmferry.protocol.multifd;

import io.vmferry.protocol.ram.RamFlags;

/** The numbers of the wire: sizes, places and flags of the packets. */
public final class PacketFormat {

    /** How every packet but those of device state begins. */
    public static final int MAGIC = 0x1122_3344;

    /** The only version. */
    public static final int VERSION = 1;

    /** The most bytes of guest memory in a packet ({@code MULTIFD_PACKET_SIZE}). */
    public static final int MAX_PAGES_BYTES = 512 << 10;

    /** The most pages in a packet. */
    public static final int MAX_PAGES = MAX_PAGES_BYTES / RamFlags.PAGE_SIZE;

    /** Size of the header, which has room for all offsets even if there are none. */
    public static final int HEADER_BYTES = 320 + MAX_PAGES * Long.BYTES;

    /** The largest compressed payload that is accepted: QEMU's buffer for it. */
    public static final int MAX_PACKED_BYTES = 2 * MAX_PAGES_BYTES;

    /** Each channel has one such packet for a mark of the main stream. */
    public static final int FLAG_SYNC = 1;

    /** The state of a device, in another form (10.0). */
    public static final int FLAG_DEVICE_STATE = 1 << 6;

    /** The bits that say how pages are compressed. */
    public static final int COMPRESSION_MASK = 0x1F << 1;

    static final int VERSION_AT = 4;
    static final int FLAGS_AT = 8;
    static final int ALLOCATED_AT = 12;
    static final int NORMAL_AT = 16;
    static final int PAYLOAD_BYTES_AT = 20;
    static final int NUMBER_AT = 24;
    static final int ZERO_AT = 32;
    static final int NAME_AT = 64;
    static final int NAME_BYTES = 256;
    static final int OFFSETS_AT = NAME_AT + NAME_BYTES;

    private PacketFormat() {}
}
