package io.vmferry.lab.pair;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The peer of migrations that are not to succeed: takes some bytes of each, then does what it is
 * asked to.
 */
final class BreakingPeer implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 60;

    /** The behaviour for one connection. */
    record Manners(long takenBytes, Optional<byte[]> answer, boolean stays) {}

    private final Path path;
    private final ServerSocketChannel server;
    private final BlockingQueue<Manners> next = new LinkedBlockingQueue<>();
    private final BlockingQueue<Long> taken = new LinkedBlockingQueue<>();

    BreakingPeer(Path path) throws IOException {
        this.path = path;
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(path));
        Thread.ofVirtual().start(this::acceptAll);
    }

    String uri() {
        return "unix:" + path;
    }

    /** Sets the behaviour for the next connection. */
    void expect(Manners manners) {
        next.add(manners);
    }

    /** Waits until that connection has brought what it was to bring. */
    void awaitTaken() throws InterruptedException {
        if (taken.poll(PATIENCE_SECONDS, TimeUnit.SECONDS) == null) {
            throw new AssertionError("Nobody has come within " + PATIENCE_SECONDS + " s");
        }
    }

    private void acceptAll() {
        try {
            while (true) {
                SocketChannel channel = server.accept();
                Manners manners = next.poll();
                Thread.ofVirtual().start(() -> serve(channel, manners));
            }
        } catch (IOException e) {
            // the end of the soak
        }
    }

    private void serve(SocketChannel channel, Manners manners) {
        try (channel) {
            if (manners == null) {
                return;
            }
            ByteBuffer buffer = ByteBuffer.allocate(1 << 14);
            long left = manners.takenBytes();
            while (left > 0) {
                int count = channel.read(buffer.clear().limit((int) Math.min(left, 1 << 14)));
                if (count < 0) {
                    break;
                }
                left -= count;
            }
            taken.add(manners.takenBytes());
            if (manners.answer().isPresent()) {
                channel.write(ByteBuffer.wrap(manners.answer().get()));
            }
            while (manners.stays() && channel.read(buffer.clear()) >= 0) {
                // until the other side has enough
            }
        } catch (IOException e) {
            // broken off by the other side
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
