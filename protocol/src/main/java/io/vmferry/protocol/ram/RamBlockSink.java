package io.vmferry.protocol.ram;

import io.netty.buffer.ByteBuf;
import io.vmferry.protocol.stream.StreamException;

/** One block of the destination's RAM. Called once per page: nothing here may be slow. */
public interface RamBlockSink {

    /** Pages must lie below this. Asked when a record names the block. */
    long usedLengthBytes();

    /**
     * A page all of whose bytes are the same.
     *
     * @param offset in the block, a multiple of the page size, below the length
     * @param fill the byte, 0 to 255; only old sources may send another than 0
     */
    void zeroPage(long offset, int fill) throws StreamException;

    /**
     * A page of data.
     *
     * @param offset in the block, a multiple of the page size, below the length
     * @param in borrowed; at least a page is readable, exactly a page must be consumed
     */
    void page(long offset, ByteBuf in) throws StreamException;

    /**
     * A page as its difference to what the destination has, for {@link XbzrleDecoder}.
     *
     * @param offset in the block, a multiple of the page size, below the length
     * @param in borrowed; at least the encoded bytes are readable, exactly these must be consumed
     * @param lengthBytes of the encoded bytes, at most a page; 0 for a page that has not changed
     */
    void delta(long offset, ByteBuf in, int lengthBytes) throws StreamException;
}
