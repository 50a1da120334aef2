package io.vmferry.protocol.multifd;

import io.netty.buffer.ByteBuf;
import io.vmferry.protocol.stream.StreamException;

/** What a {@link PacketReader} hands over: the pages of one channel, and its synchronisations. */
public interface PacketSink {

    /**
     * The block of the pages that follow.
     *
     * @throws StreamException with RAM_UNKNOWN_BLOCK when it does not exist
     */
    PacketBlock block(String idstr) throws StreamException;

    /** A packet with flag SYNC was read; the reader stops behind it when it is asked to. */
    void synchronised();

    /** Whether nothing more is to be read for now. */
    boolean held();

    /**
     * Whether there is memory for a compressed payload and its pages; asked until it is so, and the
     * reader stops meanwhile.
     */
    default boolean hasRoom(int bytes) {
        return true;
    }

    /** Memory that there was room for is free again. */
    default void roomFree(int bytes) {}

    /** One block, as the packets address it. Offsets are multiples of the page size within it. */
    interface PacketBlock {

        /** Pages must lie below this. */
        long usedLengthBytes();

        /** Pages of zeros that follow each other. */
        void zeroPages(long offset, int count);

        /**
         * Pages that follow each other.
         *
         * @param in borrowed; exactly these pages must be consumed
         */
        void pages(long offset, int count, ByteBuf in);
    }
}
