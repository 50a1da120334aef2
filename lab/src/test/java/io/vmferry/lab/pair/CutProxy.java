package io.vmferry.lab.pair;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * Passes the connections of a migration on to its destination, until all of them are cut at once,
 * wherever in the stream that is.
 */
public final class CutProxy implements AutoCloseable {

    private static final int CHUNK_BYTES = 1 << 16;

    private final ServerSocket listener;
    private final List<AutoCloseable> open = new ArrayList<>();
    private String target;
    private long bytesLeft = Long.MAX_VALUE;
    private long answersLeft = Long.MAX_VALUE;

    /**
     * @param target {@code tcp:HOST:PORT} on loopback or {@code unix:PATH} of the destination
     */
    public CutProxy(String target) throws IOException {
        this.target = target;
        listener = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::acceptAll);
    }

    /** The address to which the source connects, before and after every cut. */
    public String uri() {
        return "tcp:127.0.0.1:" + listener.getLocalPort();
    }

    /** Sets where later connections go, all of which pass everything on. */
    public synchronized void target(String uri) {
        target = uri;
        bytesLeft = Long.MAX_VALUE;
        answersLeft = Long.MAX_VALUE;
    }

    /** Cuts all connections after so many bytes more, whichever way they go. */
    public synchronized void cutAfter(long bytes) {
        bytesLeft = bytes;
    }

    /** Swallows what comes back from the destination after so many bytes more. */
    public synchronized void swallowAfter(long bytes) {
        answersLeft = bytes;
    }

    /** Cuts all connections. */
    public synchronized void cut() {
        open.forEach(CutProxy::close);
        open.clear();
    }

    private void acceptAll() {
        try {
            while (true) {
                Socket near = listener.accept();
                if (!connect(near)) {
                    near.close();
                }
            }
        } catch (IOException e) {
            // closed at the end of the test
        }
    }

    /** Connects in the order of the connections, by which a destination may identify them. */
    private synchronized boolean connect(Socket near) {
        try {
            SocketChannel far = far();
            InputStream fromFar = inputOf(far);
            open.add(near);
            open.add(far);
            InputStream fromNear = near.getInputStream();
            OutputStream toNear = near.getOutputStream();
            Thread.ofVirtual().start(() -> pass(near, far, fromNear, to(far), far::shutdownOutput));
            Thread.ofVirtual()
                    .start(() -> pass(near, far, fromFar, back(toNear), near::shutdownOutput));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private SocketChannel far() throws IOException {
        String address = target.substring(target.indexOf(':') + 1);
        if (target.startsWith("unix:")) {
            SocketChannel far = SocketChannel.open(StandardProtocolFamily.UNIX);
            far.connect(UnixDomainSocketAddress.of(address));
            return far;
        }
        int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
        return SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    private static InputStream inputOf(SocketChannel channel) {
        return Channels.newInputStream(channel);
    }

    @FunctionalInterface
    private interface Output {
        void write(byte[] bytes, int from, int count) throws IOException;
    }

    @FunctionalInterface
    private interface End {
        void reach() throws IOException;
    }

    private static Output to(SocketChannel channel) {
        return (bytes, from, count) -> {
            ByteBuffer rest = ByteBuffer.wrap(bytes, from, count);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
        };
    }

    private Output back(OutputStream near) {
        return (bytes, from, count) -> near.write(bytes, from, heard(count));
    }

    private synchronized int heard(int count) {
        int heard = (int) Math.min(count, answersLeft);
        if (answersLeft != Long.MAX_VALUE) {
            answersLeft -= heard;
        }
        return heard;
    }

    private void pass(Socket near, SocketChannel far, InputStream from, Output to, End end) {
        byte[] chunk = new byte[CHUNK_BYTES];
        try {
            int count;
            while ((count = from.read(chunk)) >= 0) {
                int allowed = take(count);
                to.write(chunk, 0, allowed);
                if (allowed < count) {
                    cut();
                }
            }
            end.reach();
        } catch (IOException e) {
            // cut already, or reset by one end
            close(near);
            close(far);
        }
    }

    private synchronized int take(int count) {
        int allowed = (int) Math.min(count, bytesLeft);
        if (bytesLeft != Long.MAX_VALUE) {
            bytesLeft -= allowed;
        }
        return allowed;
    }

    private static void close(AutoCloseable connection) {
        try {
            connection.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        cut();
    }
}
