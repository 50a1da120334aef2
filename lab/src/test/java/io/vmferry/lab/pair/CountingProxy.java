package io.vmferry.lab.pair;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/** Passes TCP connections on to a destination, and counts them. */
final class CountingProxy implements AutoCloseable {

    private final ServerSocket listener;
    private final int port;
    private final AtomicInteger connections = new AtomicInteger();

    /**
     * @param target {@code tcp:HOST:PORT} of the destination, on loopback
     */
    CountingProxy(String target) throws IOException {
        port = Integer.parseInt(target.substring(target.lastIndexOf(':') + 1));
        listener = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::acceptAll);
    }

    String uri() {
        return "tcp:127.0.0.1:" + listener.getLocalPort();
    }

    int connections() {
        return connections.get();
    }

    private void acceptAll() {
        try {
            while (true) {
                Socket near = listener.accept();
                connections.incrementAndGet();
                Socket far = new Socket(InetAddress.getLoopbackAddress(), port);
                Thread.ofVirtual().start(() -> pass(near, far));
                Thread.ofVirtual().start(() -> pass(far, near));
            }
        } catch (IOException e) {
            // closed, or the destination has gone: the source will notice
        }
    }

    private static void pass(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException e) {
            // one end has gone, which the other is about to learn
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
