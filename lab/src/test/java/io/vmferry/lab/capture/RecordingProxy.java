package io.vmferry.lab.capture;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;

/** Passes one TCP connection on to a destination and keeps what either side sent. */
final class RecordingProxy implements AutoCloseable {

    private static final int PIECE_BYTES = 1 << 16;

    private final ServerSocket listener;
    private final int port;
    private final ByteArrayOutputStream answers = new ByteArrayOutputStream();
    private final CompletableFuture<byte[]> stream = new CompletableFuture<>();

    /**
     * @param port of the destination on loopback
     */
    RecordingProxy(int port) throws IOException {
        this.port = port;
        this.listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::pass);
    }

    String uri() {
        return "tcp:127.0.0.1:" + listener.getLocalPort();
    }

    /** All bytes of the source, once it has closed the connection. */
    CompletableFuture<byte[]> stream() {
        return stream;
    }

    /** The bytes of the destination, after {@link #stream()} has returned. */
    byte[] answers() {
        return answers.toByteArray();
    }

    private void pass() {
        try (Socket near = listener.accept();
                Socket far = new Socket(InetAddress.getLoopbackAddress(), port)) {
            Thread back = Thread.ofVirtual().start(() -> answer(far, near));
            ByteArrayOutputStream kept = new ByteArrayOutputStream();
            byte[] piece = new byte[PIECE_BYTES];
            int bytes;
            while ((bytes = near.getInputStream().read(piece)) >= 0) {
                kept.write(piece, 0, bytes);
                far.getOutputStream().write(piece, 0, bytes);
            }
            far.shutdownOutput();
            back.join();
            stream.complete(kept.toByteArray());
        } catch (IOException | InterruptedException e) {
            stream.completeExceptionally(e);
        }
    }

    private void answer(Socket from, Socket to) {
        byte[] piece = new byte[PIECE_BYTES];
        try {
            int bytes;
            while ((bytes = from.getInputStream().read(piece)) >= 0) {
                answers.write(piece, 0, bytes);
                to.getOutputStream().write(piece, 0, bytes);
            }
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
