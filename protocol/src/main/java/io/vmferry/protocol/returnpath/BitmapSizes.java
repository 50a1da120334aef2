package io.vmferry.protocol.returnpath;

import io.vmferry.protocol.stream.StreamException;

/** What the source knows about its blocks before a bitmap is read. */
@FunctionalInterface
public interface BitmapSizes {

    /**
     * The only size, in bytes, that the bitmap of a block may have; a multiple of 8.
     *
     * @throws StreamException when the block does not exist, or no bitmap is due
     */
    long expectedBytes(String block) throws StreamException;
}
