package io.vmferry.protocol.multifd;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Memory for one header, so that it can be read without the pages behind it. */
final class HeaderRoom {

    private @Nullable ByteBuf room;

    /**
     * The rest of it, to be released by the reader; empty while the reader still has it.
     *
     * @param keptBytes what has been read of the header
     */
    Optional<ByteBuf> from(int keptBytes) {
        ByteBuf all = room;
        if (all == null) {
            all =
                    ByteBufAllocator.DEFAULT.directBuffer(
                            PacketFormat.HEADER_BYTES, PacketFormat.HEADER_BYTES);
            room = all;
        }
        if (all.refCnt() > 1 || keptBytes >= PacketFormat.HEADER_BYTES) {
            return Optional.empty();
        }
        return Optional.of(all.setIndex(keptBytes, keptBytes).retain());
    }

    void release() {
        if (room != null) {
            room.release();
            room = null;
        }
    }
}
