package io.vmferry.machine.fault;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.link.LinkListener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A link whose peer is the test; records the calls in order, as text. */
final class PipeLink implements Link {

    final List<String> did = new ArrayList<>();

    @SuppressWarnings("NullAway.Init") // set by attach, before anything is delivered
    private LinkListener listener;

    boolean reading = true;

    /** Delivers text from the peer. */
    void receive(String text) {
        ByteBuf bytes = Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
        listener.received(bytes);
        bytes.release();
    }

    /** Memory that the next bytes belong in. */
    Optional<ByteBuf> memory() {
        return listener.memory();
    }

    /** Closes the link from the side of the peer. */
    void end() {
        listener.closed(Optional.empty());
    }

    /** The connection breaks. */
    void breakOff() {
        listener.closed(Optional.of(new IOException("reset by the peer")));
    }

    @Override
    public void attach(LinkListener next) {
        listener = next;
    }

    @Override
    public boolean writable() {
        return true;
    }

    @Override
    public void write(ByteBuf bytes) {
        did.add(new String(ByteBufUtil.getBytes(bytes), StandardCharsets.ISO_8859_1));
        bytes.release();
    }

    @Override
    public void flush() {}

    @Override
    public void whenDrained(Runnable action) {
        action.run();
    }

    @Override
    public void reading(boolean on) {
        reading = on;
    }

    @Override
    public void close() {
        did.add("close");
    }

    @Override
    public void abort() {
        did.add("abort");
    }

    @Override
    public void reset() {
        did.add("reset");
    }

    @Override
    public String peer() {
        return "the test";
    }

    /** A listener that records what it receives. */
    static final class Engine implements LinkListener {

        final List<String> heard = new ArrayList<>();
        private final ByteBuf memory = Unpooled.buffer(1);

        @Override
        public Optional<ByteBuf> memory() {
            return Optional.of(memory);
        }

        @Override
        public void received(ByteBuf bytes) {
            heard.add(bytes.readString(bytes.readableBytes(), StandardCharsets.ISO_8859_1));
        }

        @Override
        public void writable() {
            heard.add("writable");
        }

        @Override
        public void closed(Optional<IOException> cause) {
            heard.add("closed: " + cause.map(IOException::getMessage).orElse("in order"));
        }
    }
}
