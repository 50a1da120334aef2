package io.vmferry.protocol.multifd;

import io.netty.buffer.ByteBuf;
import io.vmferry.protocol.stream.StreamException;
import java.util.Optional;

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

        /** Pages that follow each other are going to come, in one or more parts. */
        void begin(long offset, int count);

        /**
         * Memory that a part of them belongs in, so that a transport can read it there; empty where
         * that is not possible.
         *
         * @param offset of the first byte
         */
        default Optional<ByteBuf> memory(long offset, int lengthBytes) {
            return Optional.empty();
        }

        /**
         * Takes a part of them, which may lie in their memory already.
         *
         * @param offset of the first byte
         * @param in borrowed; exactly so many bytes must be consumed
         */
        void take(long offset, ByteBuf in, int lengthBytes);

        /** All of the pages have come. */
        void end(long offset, int count);
    }
}
