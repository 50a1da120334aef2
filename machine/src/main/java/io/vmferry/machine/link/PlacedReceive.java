package io.vmferry.machine.link;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;

/**
 * Where one link reads to: the memory that its listener names for the next bytes, else the buffer
 * that all links of the loop share.
 */
final class PlacedReceive extends DefaultMaxMessagesRecvByteBufAllocator {

    private final LinkInput input;
    private final ReusedReceiveBuffer shared;

    PlacedReceive(LinkInput input, ReusedReceiveBuffer shared) {
        super(ReusedReceiveBuffer.READS_PER_TURN);
        this.input = input;
        this.shared = shared;
    }

    @Override
    @SuppressWarnings("deprecation") // the interface's own method still names the old Handle type
    public RecvByteBufAllocator.Handle newHandle() {
        return new MaxMessageHandle() {
            @Override
            public int guess() {
                return ReusedReceiveBuffer.SIZE_BYTES;
            }

            @Override
            public ByteBuf allocate(ByteBufAllocator allocator) {
                return input.memory().orElseGet(() -> shared.take(allocator));
            }
        };
    }
}
