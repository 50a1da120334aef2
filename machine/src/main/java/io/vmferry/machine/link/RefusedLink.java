package io.vmferry.machine.link;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.util.Optional;

/** A connection that was refused before anything was read: it ends as soon as it has a listener. */
final class RefusedLink implements Link {

    private final LinkInput input;
    private final Link link;

    RefusedLink(EngineLoop loop, Link link, IOException why) {
        this.link = link;
        this.input = new LinkInput(loop, () -> {});
        link.abort();
        input.ended(Optional.of(why));
    }

    @Override
    public void attach(LinkListener listener) {
        input.attach(listener);
    }

    @Override
    public boolean writable() {
        return false;
    }

    @Override
    public void write(ByteBuf bytes) {
        bytes.release();
    }

    @Override
    public void flush() {
        // nothing leaves
    }

    @Override
    public void whenDrained(Runnable action) {
        // nothing is ever taken
    }

    @Override
    public void reading(boolean on) {
        input.reading(on);
    }

    @Override
    public void close() {
        input.mute();
    }

    @Override
    public void abort() {
        input.mute();
    }

    @Override
    public String peer() {
        return link.peer();
    }

    @Override
    public String toString() {
        return peer();
    }
}
