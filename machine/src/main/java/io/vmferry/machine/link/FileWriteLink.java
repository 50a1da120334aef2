package io.vmferry.machine.link;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * A link whose output goes to a file. The disk may block, so a thread of its own writes; the engine
 * sees a link that is writable while less than 1 MiB is on its way.
 */
final class FileWriteLink implements Link {

    private static final int HIGH_WATER_BYTES = 1 << 20;
    private static final int LOW_WATER_BYTES = HIGH_WATER_BYTES / 2;

    /** The queued work of the writing thread. */
    private sealed interface Order {
        record Chunk(ByteBuf bytes) implements Order {}

        record Drained(Runnable action) implements Order {}

        record CloseFile() implements Order {}
    }

    private final EngineLoop loop;
    private final String peer;
    private final StreamFile file;
    private final BlockingQueue<Order> orders = new LinkedBlockingQueue<>();
    private final Thread writer;

    // confined to the loop
    private @Nullable LinkListener listener;
    private Optional<IOException> failure = Optional.empty();
    private long pendingBytes;
    private boolean full;
    private boolean closing;
    private boolean broken;

    /**
     * @param writer the thread that will call {@link #writeAll}
     */
    FileWriteLink(EngineLoop loop, String peer, StreamFile file, Thread writer) {
        this.loop = loop;
        this.peer = peer;
        this.file = file;
        this.writer = writer;
    }

    @Override
    public void attach(LinkListener next) {
        listener = next;
        loop.execute(this::tellFailure);
    }

    @Override
    public boolean writable() {
        return !full && !closing && !broken;
    }

    @Override
    public void write(ByteBuf bytes) {
        if (closing || broken) {
            bytes.release();
            return;
        }
        pendingBytes += bytes.readableBytes();
        full |= pendingBytes >= HIGH_WATER_BYTES;
        orders.add(new Order.Chunk(bytes));
    }

    @Override
    public void flush() {}

    @Override
    public void whenDrained(Runnable action) {
        orders.add(new Order.Drained(action));
    }

    @Override
    public void reading(boolean on) {}

    @Override
    public boolean oneWay() {
        return true;
    }

    @Override
    public void close() {
        if (!closing) {
            closing = true;
            orders.add(new Order.CloseFile());
        }
    }

    @Override
    public void abort() {
        closing = true;
        broken = true;
        writer.interrupt(); // also closes the file under a write that hangs
    }

    @Override
    public String peer() {
        return peer;
    }

    @Override
    public String toString() {
        return peer();
    }

    /** The writing thread's work: until the link is closed or the file refuses. */
    void writeAll() {
        try (file) {
            while (true) {
                switch (orders.take()) {
                    case Order.Chunk(ByteBuf bytes) -> writeOut(bytes);
                    case Order.Drained(Runnable action) -> loop.execute(() -> drained(action));
                    case Order.CloseFile() -> {
                        return;
                    }
                }
            }
        } catch (IOException e) {
            loop.execute(() -> fail(e));
        } catch (InterruptedException e) {
            // aborted
        } finally {
            loop.execute(this::dropOrders);
        }
    }

    private void writeOut(ByteBuf bytes) throws IOException {
        int length = bytes.readableBytes();
        try {
            while (bytes.isReadable()) {
                file.write(bytes);
            }
        } finally {
            bytes.release();
        }
        loop.execute(() -> written(length));
    }

    private void written(int length) {
        pendingBytes -= length;
        if (full && pendingBytes <= LOW_WATER_BYTES) {
            full = false;
            if (listener != null && writable()) {
                listener.writable();
            }
        }
    }

    private void drained(Runnable action) {
        if (!closing && !broken) {
            action.run();
        }
    }

    private void fail(IOException thrown) {
        if (!broken) {
            broken = true;
            failure = Optional.of(LinkFailure.of(thrown));
            tellFailure();
        }
    }

    private void tellFailure() {
        if (failure.isPresent() && listener != null && !closing) {
            Optional<IOException> cause = failure;
            failure = Optional.empty();
            listener.closed(cause);
        }
    }

    /** Runs after the thread's end, so that nothing is added any more. */
    private void dropOrders() {
        broken = true;
        Order order;
        while ((order = orders.poll()) != null) {
            if (order instanceof Order.Chunk(ByteBuf bytes)) {
                bytes.release();
            }
        }
    }
}
