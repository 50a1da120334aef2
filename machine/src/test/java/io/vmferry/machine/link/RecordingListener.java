package io.vmferry.machine.link;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A listener that records bytes and end of a link; read its fields on the loop or after {@link
 * #closed}.
 */
final class RecordingListener implements LinkListener {

    final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    final CompletableFuture<Optional<IOException>> closed = new CompletableFuture<>();
    private final CompletableFuture<Void> enough = new CompletableFuture<>();
    private final int wanted;
    Runnable onWritable = () -> {};

    RecordingListener() {
        this(Integer.MAX_VALUE);
    }

    /**
     * @param wanted number of bytes that completes {@link #enough}
     */
    RecordingListener(int wanted) {
        this.wanted = wanted;
    }

    CompletableFuture<Void> enough() {
        return enough;
    }

    @Override
    public void received(ByteBuf in) {
        try {
            in.readBytes(bytes, in.readableBytes());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        if (bytes.size() >= wanted) {
            enough.complete(null);
        }
    }

    @Override
    public void writable() {
        onWritable.run();
    }

    @Override
    public void closed(Optional<IOException> cause) {
        if (!closed.complete(cause)) {
            throw new AssertionError("closed was called twice");
        }
    }
}
