package io.vmferry.protocol.multifd;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The buffers in which the payloads of all channels of a migration are packed or unpacked, each of
 * which is used again: fresh ones are cleared first, which takes about as long as zstd does. Any
 * thread may call any method.
 */
public final class WorkBuffers {

    /** As many as threads may work at a time on few processors; more are made and freed. */
    private static final int MOST_KEPT = 8;

    private final int sizeBytes;
    private final Deque<ByteBuf> kept = new ArrayDeque<>();
    private boolean closed;

    private WorkBuffers(int sizeBytes) {
        this.sizeBytes = sizeBytes;
    }

    /** With room for the pages of a packet and what they are packed into. */
    public static WorkBuffers toPack() {
        return new WorkBuffers(PacketFormat.MAX_PAGES_BYTES + PacketFormat.MAX_PACKED_BYTES);
    }

    /** With room for the pages of a packet and a byte more. */
    public static WorkBuffers toUnpack() {
        return new WorkBuffers(PacketFormat.MAX_PAGES_BYTES + 1);
    }

    /** An empty buffer, which is to be given back. */
    synchronized ByteBuf take() {
        ByteBuf again = kept.poll();
        return again == null
                ? ByteBufAllocator.DEFAULT.directBuffer(sizeBytes, sizeBytes)
                : again.clear();
    }

    /** Takes a buffer back. */
    synchronized void give(ByteBuf buffer) {
        if (closed || kept.size() == MOST_KEPT) {
            buffer.release();
        } else {
            kept.push(buffer);
        }
    }

    /** Frees the buffers; those that are in use are freed when they are given back. */
    public synchronized void close() {
        closed = true;
        kept.forEach(ByteBuf::release);
        kept.clear();
    }
}
