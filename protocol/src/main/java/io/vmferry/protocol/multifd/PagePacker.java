package io.vmferry.protocol.multifd;

import java.nio.ByteBuffer;

/** Compresses the payloads of one channel, which are the pieces of one stream. */
interface PagePacker extends AutoCloseable {

    /** Copies them. */
    PagePacker NONE = (pages, out) -> out.put(pages);

    /**
     * Compresses pages so that the other side gets all of them without what follows.
     *
     * @param pages in memory of their own, all of which are taken
     * @param out has room for {@link PacketFormat#MAX_PACKED_BYTES}
     */
    void pack(ByteBuffer pages, ByteBuffer out);

    @Override
    default void close() {}
}
