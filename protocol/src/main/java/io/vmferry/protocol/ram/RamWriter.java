package io.vmferry.protocol.ram;

import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Appends RAM records for one channel. Remembers the block of the last page, so that the pages that
 * follow need not name it; belongs to the thread that writes the channel.
 */
public final class RamWriter {

    /** A zero page of the same block: word and fill byte. */
    public static final int ZERO_PAGE_BYTES = 9;

    /** The word in front of a page of the same block. */
    public static final int PAGE_HEADER_BYTES = 8;

    private @Nullable RamBlockName last;

    /**
     * Appends the list of blocks, the beginning of the START payload. MULTIFD_FLUSH where it is due
     * and EOS are the caller's to add.
     */
    public void setup(ByteBuf out, List<RamBlockEntry> blocks) {
        long totalBytes = 0;
        for (RamBlockEntry block : blocks) {
            if (RamFlags.flags(block.usedLengthBytes()) != 0 || block.usedLengthBytes() < 0) {
                throw new IllegalArgumentException(
                        "Block %s has %d bytes, which are not whole pages"
                                .formatted(block.idstr(), block.usedLengthBytes()));
            }
            totalBytes += block.usedLengthBytes();
        }
        out.writeLong(totalBytes | RamFlags.MEM_SIZE);
        for (RamBlockEntry block : blocks) {
            new RamBlockName(block.idstr()).write(out);
            out.writeLong(block.usedLengthBytes());
            block.hugePageSizeBytes().ifPresent(out::writeLong);
            block.guestPhysicalAddress().ifPresent(out::writeLong);
        }
    }

    /**
     * Appends a whole record: a page of zeros.
     *
     * @param offset of the page in its block, a multiple of the page size
     */
    public void zeroPage(ByteBuf out, RamBlockName block, long offset) {
        pageHeader(out, RamFlags.ZERO, block, offset);
        out.writeByte(0);
    }

    /**
     * Appends what goes in front of a page; the caller appends its content.
     *
     * @param kind the flag of {@link RamFlags} that says which form the content has
     * @param offset of the page in its block, a multiple of the page size
     */
    public void pageHeader(ByteBuf out, int kind, RamBlockName block, long offset) {
        if (block == last) {
            out.writeLong(offset | kind | RamFlags.CONTINUE);
        } else {
            out.writeLong(offset | kind);
            block.write(out);
            last = block;
        }
    }

    /**
     * Appends a whole record: a page as its difference to what the destination has.
     *
     * @param encoded starts with the encoded bytes
     */
    public void delta(
            ByteBuf out, RamBlockName block, long offset, byte[] encoded, int lengthBytes) {
        pageHeader(out, RamFlags.XBZRLE, block, offset);
        out.writeByte(RamFlags.XBZRLE_ENCODING);
        out.writeShort(lengthBytes);
        out.writeBytes(encoded, 0, lengthBytes);
    }

    /** Appends the end of a payload. */
    public void eos(ByteBuf out) {
        out.writeLong(RamFlags.EOS);
    }

    /** Appends the order to wait for the multifd channels. */
    public void multifdFlush(ByteBuf out) {
        out.writeLong(RamFlags.MULTIFD_FLUSH);
    }

    /** Makes the next page name its block: after the discards of postcopy and after a recovery. */
    public void forgetBlock() {
        last = null;
    }
}
