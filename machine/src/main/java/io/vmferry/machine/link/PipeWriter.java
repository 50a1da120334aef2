package io.vmferry.machine.link;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.epoll.EpollIoOps;
import io.vmferry.machine.descriptor.Descriptor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;
import java.util.function.Consumer;

/** The end of a pipe that output goes to, with the queue of what the pipe has no room for. */
final class PipeWriter extends PipeEnd {

    /** As of sockets: the bytes in flight stay in the processor's cache. */
    static final int HIGH_WATER_BYTES = 1 << 20;

    static final int LOW_WATER_BYTES = HIGH_WATER_BYTES / 2;

    private final NettyEngineLoop loop;
    private final Runnable writable;
    private final Consumer<IOException> failed;
    private final Deque<ByteBuf> queue = new ArrayDeque<>();
    private final Queue<Mark> marks = new ArrayDeque<>();
    private long writtenBytes;
    private long pendingBytes;
    private boolean full;
    private boolean broken;

    /** An action that waits until so many bytes have left. */
    private record Mark(long bytes, Runnable action) {}

    /**
     * @param writable runs on the loop, outside any call, when there is room again
     * @param failed gets the first failure
     */
    PipeWriter(
            Descriptor descriptor,
            NettyEngineLoop loop,
            Runnable writable,
            Consumer<IOException> failed) {
        super(descriptor);
        this.loop = loop;
        this.writable = writable;
        this.failed = failed;
    }

    void register() throws IOException {
        register(loop, EpollIoOps.EPOLLOUT);
    }

    @Override
    void ready(EpollIoOps events) {
        flush();
    }

    boolean hasRoom() {
        return !full && !broken && !isClosed();
    }

    long pendingBytes() {
        return pendingBytes;
    }

    void write(ByteBuf bytes) {
        if (broken || isClosed()) {
            bytes.release();
            return;
        }
        ByteBuf direct = bytes;
        if (!bytes.isDirect()) {
            direct = ByteBufAllocator.DEFAULT.directBuffer(bytes.readableBytes()).writeBytes(bytes);
            bytes.release();
        }
        pendingBytes += direct.readableBytes();
        full |= pendingBytes >= HIGH_WATER_BYTES;
        queue.add(direct);
    }

    /** Gives the pipe what it has room for. */
    void flush() {
        try {
            while (!isClosed() && !broken && !queue.isEmpty() && writeFirst()) {
                runMarks();
            }
        } catch (IOException e) {
            broken = true;
            dropQueue();
            failed.accept(LinkFailure.of(e));
            return;
        }
        runMarks();
        if (full && pendingBytes <= LOW_WATER_BYTES) {
            full = false;
            loop.execute(writable);
        }
    }

    /** Writes the first buffer of the queue; false when the pipe had no room for all of it. */
    private boolean writeFirst() throws IOException {
        ByteBuf first = queue.element();
        for (ByteBuffer part : first.nioBuffers()) {
            while (part.hasRemaining()) {
                int count = file.write(part, part.position(), part.limit());
                if (count <= 0) {
                    return false;
                }
                part.position(part.position() + count);
                first.skipBytes(count);
                writtenBytes += count;
                pendingBytes -= count;
            }
        }
        queue.remove().release();
        return true;
    }

    /** Whether nobody reads at the other end any more. */
    boolean isBroken() {
        return broken;
    }

    /** Runs an action when all output queued so far has left; never when it could not. */
    void afterOutput(Runnable action) {
        if (broken) {
            return;
        }
        marks.add(new Mark(writtenBytes + pendingBytes, action));
        flush();
    }

    private void runMarks() {
        while (!marks.isEmpty() && marks.element().bytes() <= writtenBytes) {
            marks.remove().action().run();
        }
    }

    @Override
    public void close() throws IOException {
        dropQueue();
        super.close();
    }

    private void dropQueue() {
        marks.clear();
        queue.forEach(ByteBuf::release);
        queue.clear();
        pendingBytes = 0;
    }
}
