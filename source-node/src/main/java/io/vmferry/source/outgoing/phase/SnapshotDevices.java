package io.vmferry.source.outgoing.phase;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * The device state of a background snapshot, taken at its moment and written behind RAM, with the
 * end of the stream. QEMU's {@code vmstate-buffer}.
 */
public final class SnapshotDevices {

    /** On the heap: nobody has to release it, wherever the snapshot ends. */
    private final ByteBuf bytes = Unpooled.buffer();

    /** What was taken and not yet written. */
    ByteBuf bytes() {
        return bytes;
    }
}
