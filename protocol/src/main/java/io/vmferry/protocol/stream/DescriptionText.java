package io.vmferry.protocol.stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * The JSON of a description while it arrives: its first bytes are kept, what follows is dropped.
 */
final class DescriptionText {

    private static final int FIRST_CAPACITY_BYTES = 4096;

    // On the heap: a description that is never delivered needs nobody to release it. Grows with the
    // bytes, not with the announcement.
    private final ByteBuf kept;
    private long leftBytes;

    DescriptionText(long lengthBytes, int keptBytes) {
        int most = (int) Math.min(lengthBytes, keptBytes);
        this.kept = Unpooled.buffer(Math.min(most, FIRST_CAPACITY_BYTES), most);
        this.leftBytes = lengthBytes;
    }

    /** Takes what belongs to the description; true when it is complete. */
    boolean fill(ByteBuf in) {
        int taken = (int) Math.min(leftBytes, in.readableBytes());
        int wanted = Math.min(taken, kept.maxWritableBytes());
        kept.writeBytes(in, wanted);
        in.skipBytes(taken - wanted);
        leftBytes -= taken;
        return leftBytes == 0;
    }

    ByteBuf kept() {
        return kept;
    }
}
