package io.vmferry.dest.incoming;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.link.LinkListener;
import io.vmferry.machine.link.ManualLoop;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The engine's end of a connection whose peer is the test. Keeps the promises of {@link Link}. */
public final class ManualLink implements Link {

    static final UnpooledByteBufAllocator ALLOCATOR = new UnpooledByteBufAllocator(true);

    private final String peer;
    private final ManualLoop loop;
    private final Deque<byte[]> held = new ArrayDeque<>();
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private @Nullable LinkListener listener;
    private boolean reading = true;
    private boolean writable = true;
    private boolean closed;
    private boolean aborted;
    private boolean endTold;
    private Optional<Optional<IOException>> end = Optional.empty();

    public ManualLink(String peer, ManualLoop loop) {
        this.peer = peer;
        this.loop = loop;
    }

    /** Bytes as a link brings them. */
    public static ByteBuf buffer(byte[] bytes) {
        return ALLOCATOR.buffer(Math.max(1, bytes.length)).writeBytes(bytes);
    }

    // ---- what the test does at the other end

    /** Bytes arrive. */
    public void receive(byte[] bytes) {
        held.add(bytes.clone());
        deliver();
    }

    /** The peer closes in an orderly way. */
    public void end() {
        end = Optional.of(Optional.empty());
        deliver();
    }

    /** The connection breaks. */
    public void breakOff(String reason) {
        end = Optional.of(Optional.of(new IOException(reason)));
        deliver();
    }

    /** What the engine has sent so far. */
    public byte[] sent() {
        return sent.toByteArray();
    }

    public boolean closed() {
        return closed;
    }

    public boolean aborted() {
        return aborted;
    }

    /** Whether the peer takes output. */
    public void writable(boolean on) {
        boolean before = writable;
        writable = on;
        if (!before && on && listener != null) {
            listener.writable();
        }
    }

    // ---- Link

    @Override
    public void attach(LinkListener next) {
        listener = next;
        loop.execute(this::deliver);
    }

    @Override
    public boolean writable() {
        return writable && !closed && !aborted;
    }

    @Override
    public void write(ByteBuf bytes) {
        if (!closed && !aborted) {
            sent.writeBytes(ByteBufUtil.getBytes(bytes));
        }
        bytes.release();
    }

    @Override
    public void flush() {}

    @Override
    public void whenDrained(Runnable action) {
        loop.execute(action);
    }

    @Override
    public void reading(boolean on) {
        reading = on;
        loop.execute(this::deliver);
    }

    @Override
    public void close() {
        closed = true;
    }

    @Override
    public void abort() {
        aborted = true;
    }

    @Override
    public String peer() {
        return peer;
    }

    private boolean open() {
        return listener != null && reading && !closed && !aborted;
    }

    private void deliver() {
        while (open() && !held.isEmpty()) {
            byte[] bytes = held.remove();
            ByteBuf in = buffer(bytes);
            try {
                Objects.requireNonNull(listener).received(in);
            } finally {
                in.release();
            }
        }
        boolean broken = end.isPresent() && end.get().isPresent();
        boolean mayTell = listener != null && (reading || broken) && !closed && !aborted;
        if (end.isPresent() && mayTell && held.isEmpty() && !endTold) {
            endTold = true;
            Objects.requireNonNull(listener).closed(end.get());
        }
    }
}
