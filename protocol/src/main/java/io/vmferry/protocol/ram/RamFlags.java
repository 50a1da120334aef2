package io.vmferry.protocol.ram;

/** The word in front of every RAM record: offset and flags (QEMU's {@code RAM_SAVE_FLAG_*}). */
public final class RamFlags {

    /** Guest page size in bytes; its low bits are free for flags. */
    public static final int PAGE_SIZE = 4096;

    /** A page of zeros ({@code RAM_SAVE_FLAG_ZERO}). */
    public static final int ZERO = 0x02;

    /** The list of blocks ({@code RAM_SAVE_FLAG_MEM_SIZE}). */
    public static final int MEM_SIZE = 0x04;

    /** A page of data ({@code RAM_SAVE_FLAG_PAGE}). */
    public static final int PAGE = 0x08;

    /** End of the payload ({@code RAM_SAVE_FLAG_EOS}). */
    public static final int EOS = 0x10;

    /** The block is that of the page before ({@code RAM_SAVE_FLAG_CONTINUE}). */
    public static final int CONTINUE = 0x20;

    /** A page as the difference to what was sent before ({@code RAM_SAVE_FLAG_XBZRLE}). */
    public static final int XBZRLE = 0x40;

    /** The only encoding of an XBZRLE page ({@code ENCODING_FLAG_XBZRLE}). */
    public static final int XBZRLE_ENCODING = 0x01;

    /** RDMA's registration ({@code RAM_SAVE_FLAG_HOOK}). */
    public static final int HOOK = 0x80;

    /** A zlib page, up to QEMU 9.0 ({@code RAM_SAVE_FLAG_COMPRESS_PAGE}). */
    public static final int COMPRESS_PAGE = 0x100;

    /** Wait for the multifd channels ({@code RAM_SAVE_FLAG_MULTIFD_FLUSH}). */
    public static final int MULTIFD_FLUSH = 0x200;

    private static final int MASK = PAGE_SIZE - 1;

    private RamFlags() {}

    /** The offset, or size, in bytes. */
    public static long offset(long word) {
        return word & ~(long) MASK;
    }

    /** The flags. */
    public static int flags(long word) {
        return (int) word & MASK;
    }
}
