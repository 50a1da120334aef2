package io.vmferry.protocol.returnpath;

import io.vmferry.protocol.stream.StreamException;

/** What is known of blocks before a bitmap is read. */
@FunctionalInterface
public interface BitmapSizes {

    /**
     * The size, in bytes, that the bitmap of a block has; a multiple of 8.
     *
     * @throws StreamException when the block does not exist, or no bitmap is due
     */
    long expectedBytes(String block) throws StreamException;

    /** Whether a bitmap may also be smaller, since the blocks are not known. */
    default boolean smallerAllowed() {
        return false;
    }

    /**
     * Accepts any block with a bitmap of any size, for an observer that does not know the guest.
     */
    static BitmapSizes upTo(long limitBytes) {
        return new BitmapSizes() {
            @Override
            public long expectedBytes(String block) {
                return limitBytes;
            }

            @Override
            public boolean smallerAllowed() {
                return true;
            }
        };
    }
}
