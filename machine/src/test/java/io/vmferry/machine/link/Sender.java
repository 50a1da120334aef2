package io.vmferry.machine.link;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/** Sends an array in pieces of random size, as long as the link is writable. */
final class Sender implements LinkListener {
    private final Link link;
    private final byte[] content;
    private final SplittableRandom random;
    private final CompletableFuture<Void> drained;
    private int sent;

    Sender(Link link, byte[] content, long seed, CompletableFuture<Void> drained) {
        this.link = link;
        this.content = content;
        this.random = new SplittableRandom(seed);
        this.drained = drained;
    }

    void start() {
        link.attach(this);
        writable();
    }

    @Override
    public void writable() {
        while (sent < content.length && link.writable()) {
            int size = Math.min(content.length - sent, random.nextInt(1, 300_000));
            link.write(Unpooled.wrappedBuffer(content, sent, size));
            sent += size;
            link.flush();
            if (sent == content.length) {
                link.whenDrained(() -> drained.complete(null));
            }
        }
    }

    @Override
    public void received(ByteBuf bytes) {}

    @Override
    public void closed(Optional<IOException> cause) {}
}
