package io.vmferry.lab.pair;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client of a monitor without manners. */
final class HostileClient implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 60;
    private static final int KEPT_CHARACTERS = 200;

    private final SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>(1000);

    /** Connects, and reads nothing. */
    HostileClient(Path monitor) throws IOException {
        channel.connect(UnixDomainSocketAddress.of(monitor));
    }

    /** Begins to read, in the background; what is not looked for in time is forgotten. */
    HostileClient reading() {
        Thread.ofVirtual()
                .start(() -> {
                    try (BufferedReader in =
                            new BufferedReader(
                                    Channels.newReader(channel, StandardCharsets.ISO_8859_1))) {
                        for (String line = in.readLine(); line != null; line = in.readLine()) {
                            String kept =
                                    line.substring(0, Math.min(line.length(), KEPT_CHARACTERS));
                            while (!lines.offer(kept)) {
                                lines.poll();
                            }
                        }
                    } catch (IOException e) {
                        // closed by either side
                    }
                });
        return this;
    }

    void send(byte[] bytes) throws IOException {
        ByteBuffer left = ByteBuffer.wrap(bytes);
        while (left.hasRemaining()) {
            channel.write(left);
        }
    }

    /** Sends characters below 256 as bytes. */
    void send(String text) throws IOException {
        send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Waits for a line with a text in it. */
    String await(String text) throws InterruptedException {
        String line = lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        while (line != null && !line.contains(text)) {
            line = lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
        if (line == null) {
            throw new AssertionError("No line with " + text);
        }
        return line;
    }

    /** Whether something is said within a while. */
    boolean hears(long millis) throws InterruptedException {
        return lines.poll(millis, TimeUnit.MILLISECONDS) != null;
    }

    /**
     * Sends a text again and again until the server has taken nothing for a while.
     *
     * @return how many bytes it took
     */
    long sendUntilStuck(String text, long millis, long limit) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
        long taken = 0;
        channel.configureBlocking(false);
        try (Selector selector = Selector.open()) {
            channel.register(selector, SelectionKey.OP_WRITE);
            while (taken < limit && selector.select(millis) > 0) {
                selector.selectedKeys().clear();
                taken += channel.write(bytes);
                if (!bytes.hasRemaining()) {
                    bytes.rewind();
                }
            }
        }
        channel.configureBlocking(true);
        return taken;
    }

    void leave() throws IOException {
        channel.close();
    }

    @Override
    public void close() throws IOException {
        leave();
    }
}
