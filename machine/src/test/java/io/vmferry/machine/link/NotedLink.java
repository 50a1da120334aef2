package io.vmferry.machine.link;

import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;

/** A link without a peer that records how it is ended. */
public class NotedLink implements Link {

    private final String peer;
    private final Consumer<String> notes;

    /** Creates a link whose notes begin with the name of its peer. */
    public NotedLink(String peer, Consumer<String> notes) {
        this.peer = peer;
        this.notes = notes;
    }

    @Override
    public void attach(LinkListener listener) {}

    @Override
    public boolean writable() {
        return true;
    }

    @Override
    public void write(ByteBuf bytes) {
        bytes.release();
    }

    @Override
    public void flush() {}

    @Override
    public void whenDrained(Runnable action) {}

    @Override
    public void reading(boolean on) {}

    @Override
    public void close() {
        notes.accept(peer + " closed");
    }

    @Override
    public void abort() {
        notes.accept(peer + " aborted");
    }

    @Override
    public String peer() {
        return peer;
    }
}
