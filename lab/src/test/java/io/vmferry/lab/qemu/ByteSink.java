package io.vmferry.lab.qemu;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** A migration's destination that takes everything and says nothing. */
final class ByteSink implements AutoCloseable {

    private final ServerSocketChannel server;
    private final Path path;

    private ByteSink(ServerSocketChannel server, Path path) {
        this.server = server;
        this.path = path;
        Thread.ofVirtual().start(this::acceptAll);
    }

    static ByteSink at(Path path) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(path));
        return new ByteSink(server, path);
    }

    Path path() {
        return path;
    }

    private void acceptAll() {
        try {
            while (true) {
                SocketChannel channel = server.accept();
                Thread.ofVirtual().start(() -> drain(channel));
            }
        } catch (IOException e) {
            // closed at the end of the test
        }
    }

    private static void drain(SocketChannel channel) {
        try (channel) {
            ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
            while (channel.read(buffer.clear()) >= 0) {
                // what a source sends does not matter here
            }
        } catch (IOException e) {
            // the source has broken it off
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
