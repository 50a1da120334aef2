package io.vmferry.lab.pair;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.vmferry.protocol.returnpath.ReturnPathMessage;
import io.vmferry.protocol.returnpath.ReturnPathWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A destination that requests all of memory again and again, as fast as the source reads, and reads
 * the stream only on demand. Its return path is on the main channel.
 */
final class GreedyDestination implements AutoCloseable {

    private static final int REQUESTS_PER_WRITE = 1000;

    private final ServerSocket server = new ServerSocket(0, 4, InetAddress.getLoopbackAddress());
    private final List<Socket> connections = new CopyOnWriteArrayList<>();
    private final Semaphore mayRead = new Semaphore(0);
    private final AtomicLong askedBytes = new AtomicLong();

    /** Listens. */
    GreedyDestination() throws IOException {
        Thread.ofVirtual().start(this::accept);
    }

    String uri() {
        return "tcp:127.0.0.1:" + server.getLocalPort();
    }

    /** Begins to read what the source sends on the main channel. */
    void read() {
        mayRead.release();
    }

    /** Reads nothing more, but for what is being read at the moment. */
    void stopReading() {
        mayRead.acquireUninterruptibly();
    }

    /** The requests that the source has accepted, including sockets' buffers. */
    long askedBytes() {
        return askedBytes.get();
    }

    private void accept() {
        try {
            Socket main = server.accept();
            connections.add(main);
            Thread.ofVirtual().start(() -> readAll(main));
            Thread.ofVirtual().start(() -> ask(main));
            while (true) {
                connections.add(server.accept());
            }
        } catch (IOException e) {
            // closed, as the test is over
        }
    }

    private void readAll(Socket main) {
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = main.getInputStream()) {
            int bytes = 0;
            while (bytes >= 0) {
                mayRead.acquireUninterruptibly();
                mayRead.release();
                bytes = in.read(buffer);
            }
        } catch (IOException e) {
            // the source has gone
        }
    }

    /** The PONGs are those that a source waits for on its way into postcopy. */
    private void ask(Socket main) {
        ByteBuf out = Unpooled.buffer();
        for (int i = 0; i < REQUESTS_PER_WRITE; i++) {
            ReturnPathWriter.write(out, new ReturnPathMessage.ReqPagesId(0, 0xfffff000, "ram"));
        }
        ReturnPathWriter.write(out, new ReturnPathMessage.Pong(1));
        ReturnPathWriter.write(out, new ReturnPathMessage.Pong(5));
        byte[] requests = ByteBufUtil.getBytes(out);
        try (OutputStream to = main.getOutputStream()) {
            while (true) {
                to.write(requests);
                askedBytes.addAndGet(requests.length);
            }
        } catch (IOException e) {
            // the source has gone
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket connection : connections) {
            connection.close();
        }
    }
}
