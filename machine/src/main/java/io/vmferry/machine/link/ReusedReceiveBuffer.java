package io.vmferry.machine.link;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;

/**
 * The 1 MiB receive buffer that all links of a loop share.
 *
 * <p>Input is borrowed by the listener and done with when it returns, so the buffer is free again
 * at the next read; it stays in the cache and no allocation shows up on the hot path. Where someone
 * has kept it (input held back while reading is off) the read gets a fresh one.
 */
final class ReusedReceiveBuffer {

    static final int SIZE_BYTES = 1 << 20;

    /** Reads in a row before the loop looks at its timers and tasks again. */
    static final int READS_PER_TURN = 4;

    private final ByteBuf shared = Unpooled.wrappedBuffer(ByteBuffer.allocateDirect(SIZE_BYTES));

    /** The buffer for one read, which the reader releases; a fresh one while the shared is kept. */
    ByteBuf take(ByteBufAllocator allocator) {
        return shared.refCnt() == 1 ? shared.clear().retain() : allocator.directBuffer(SIZE_BYTES);
    }
}
