package io.vmferry.lab.fuzz;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vmferry.machine.link.EngineLoop;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.link.LinkListener;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Optional;
import java.util.Queue;

/** The engine's end of a connection that delivers an input and discards what the engine writes. */
final class FedLink implements Link {

    private final EngineLoop loop;
    private final Queue<byte[]> coming = new ArrayDeque<>();
    private LinkListener listener = LinkListener.NONE;
    private Optional<Optional<IOException>> end = Optional.empty();
    private boolean reading = true;
    private boolean writable = true;
    private boolean open = true;
    private long writtenHash;
    private long writtenBytes;

    FedLink(EngineLoop loop) {
        this.loop = loop;
    }

    // ---- the peer

    /** Delivers an input piece by piece, each in a separate task. */
    void bring(byte[] input, int from, Cuts cuts) {
        int at = from;
        while (at < input.length) {
            int length = cuts.next(input.length - at);
            coming.add(Arrays.copyOfRange(input, at, at + length));
            loop.execute(this::deliver);
            at += length;
        }
    }

    /** Ends the connection after the delivered bytes. */
    void end(Optional<IOException> cause) {
        end = Optional.of(cause);
        loop.execute(this::deliver);
    }

    /** Decides whether the engine may write. */
    void writable(boolean on) {
        writable = on;
        if (on) {
            loop.execute(() -> {
                if (open) {
                    listener.writable();
                }
            });
        }
    }

    /** The bytes that the engine has written. */
    long writtenHash() {
        return writtenHash;
    }

    long writtenBytes() {
        return writtenBytes;
    }

    private void deliver() {
        while (open && reading && !coming.isEmpty()) {
            listener.received(Unpooled.wrappedBuffer(coming.remove()));
        }
        if (open && coming.isEmpty() && end.isPresent()) {
            open = false;
            listener.closed(end.get());
        }
    }

    // ---- the engine

    @Override
    public void attach(LinkListener next) {
        listener = next;
        loop.execute(this::deliver);
    }

    @Override
    public boolean writable() {
        return open && writable;
    }

    @Override
    public void write(ByteBuf bytes) {
        writtenBytes += bytes.readableBytes();
        bytes.forEachByte(this::hash);
        bytes.release();
    }

    private boolean hash(byte next) {
        writtenHash = writtenHash * 31 + next;
        return true;
    }

    @Override
    public void flush() {
        // written is sent
    }

    @Override
    public void whenDrained(Runnable action) {
        loop.execute(() -> {
            if (open) {
                action.run();
            }
        });
    }

    @Override
    public void reading(boolean on) {
        reading = on;
        if (on) {
            loop.execute(this::deliver);
        }
    }

    @Override
    public void close() {
        open = false;
    }

    @Override
    public void abort() {
        open = false;
    }

    @Override
    public String peer() {
        return "fuzzer";
    }
}
