package io.vmferry.source.outgoing.channel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The buffers of a channel's batches, each of which is used again once the link has let go of it.
 * They stay in the processor's cache; Netty's allocator keeps none of this size, and a fresh one is
 * filled with zeros, which took an eighth of a precopy. Confined to the engine's loop.
 */
public final class BatchBuffers {

    /** As many as a link queues, and the one that is being written. */
    static final int OF_ONE_LINK = 6;

    private final int sizeBytes;
    private final int most;
    private final List<ByteBuf> buffers = new ArrayList<>();

    /**
     * @param sizeBytes of a buffer
     * @param most how many are kept
     */
    BatchBuffers(int sizeBytes, int most) {
        this.sizeBytes = sizeBytes;
        this.most = most;
    }

    /**
     * An empty buffer of so many bytes or a few more, which the caller owns. One that is used again
     * cannot grow.
     */
    ByteBuf take(int roomBytes) {
        if (roomBytes > sizeBytes || roomBytes < sizeBytes / 2) {
            return ByteBufAllocator.DEFAULT.directBuffer(roomBytes);
        }
        for (ByteBuf buffer : buffers) {
            if (buffer.refCnt() == 1) {
                return buffer.clear().retain();
            }
        }
        if (buffers.size() == most) {
            return ByteBufAllocator.DEFAULT.directBuffer(roomBytes);
        }
        // not of an allocator: nobody releases it, the memory goes with the channel
        ByteBuf fresh = Unpooled.wrappedBuffer(ByteBuffer.allocateDirect(sizeBytes));
        buffers.add(fresh);
        return fresh.clear().retain();
    }
}
