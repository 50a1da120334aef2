package io.vmferry.lab.comparison;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The other end of a migration, which says what a dialogue makes it say. It takes everything that
 * comes and keeps it. A source connects to it; to a destination it connects itself.
 */
final class ScriptedPeer implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 3;
    private static final long QUIET_MILLIS = 300;

    private final ServerSocketChannel server;
    private final Path incoming;
    private final Streams streams;
    private final BlockingQueue<SocketChannel> accepted = new LinkedBlockingQueue<>();

    /** Never gets anything: who polls it waits. */
    private final BlockingQueue<SocketChannel> quiet = new LinkedBlockingQueue<>();

    private final List<SocketChannel> channels = new ArrayList<>();
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();

    /** After how much a connection is ended. */
    private volatile int closeAfterBytes = Integer.MAX_VALUE;

    private ScriptedPeer(ServerSocketChannel server, Path here, Streams streams) {
        this.server = server;
        this.incoming = here.resolve("in");
        this.streams = streams;
        Thread.ofVirtual().start(this::acceptAll);
    }

    /** Listens on {@code peer} in a directory; a destination listens on {@code in} there. */
    static ScriptedPeer in(Path here, Streams streams) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(here.resolve("peer")));
        return new ScriptedPeer(server, here, streams);
    }

    private void acceptAll() {
        try {
            while (true) {
                SocketChannel channel = server.accept();
                accepted.add(channel);
                Thread.ofVirtual().start(() -> keepAll(channel));
            }
        } catch (IOException e) {
            // nobody is to connect any more
        }
    }

    private void keepAll(SocketChannel channel) {
        try {
            int left = closeAfterBytes;
            ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
            while (left > 0 && channel.read(buffer.clear().limit(Math.min(left, 1 << 16))) >= 0) {
                left -= buffer.position();
                synchronized (received) {
                    received.write(buffer.array(), 0, buffer.position());
                }
            }
            if (left == 0) {
                end(channel);
            }
        } catch (IOException e) {
            // the node has broken it off
        }
    }

    /** All that has come so far, on whichever connection. */
    byte[] received() {
        synchronized (received) {
            return received.toByteArray();
        }
    }

    /** Does what a step says, and returns what is news about it. */
    String act(List<String> words) throws InterruptedException {
        try {
            order(words);
            return "";
        } catch (IOException | IndexOutOfBoundsException e) {
            return "impossible";
        }
    }

    private void order(List<String> words) throws IOException, InterruptedException {
        String rest = words.size() > 1 ? words.get(1) : "";
        switch (words.getFirst()) {
            case "accept" -> accept();
            case "connect" -> connect();
            case "close" -> end(last());
            case "close-after" -> closeAfterBytes = Integer.parseInt(rest);
            case "shut" -> write(ReturnPath.shut(Integer.parseInt(rest)));
            case "pong" -> write(ReturnPath.pong(Integer.decode(rest)));
            case "resume-ack" -> write(ReturnPath.resumeAck(Integer.parseInt(rest)));
            case "request" -> write(ReturnPath.pages(rest, Integer.decode(words.get(2))));
            case "bitmap" -> write(ReturnPath.bitmap(rest, Integer.parseInt(words.get(2))));
            case "raw" -> write(HexFormat.of().parseHex(rest));
            case "quiet" -> awaitQuiet();
            case "play" -> write(streams.part(rest));
            default -> throw new IllegalArgumentException("A peer cannot " + words);
        }
    }

    private void accept() throws IOException, InterruptedException {
        SocketChannel channel = accepted.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (channel == null) {
            throw new ConnectException("Nobody connected within " + PATIENCE_SECONDS + " s");
        }
        channels.add(channel);
    }

    /** Waits until the node has nothing more to send for now. */
    private void awaitQuiet() throws InterruptedException {
        int before;
        do {
            before = received().length;
            quiet.poll(QUIET_MILLIS, TimeUnit.MILLISECONDS);
        } while (received().length != before);
    }

    private void connect() throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(incoming));
        channels.add(channel);
        Thread.ofVirtual().start(() -> keepAll(channel));
    }

    /**
     * Shuts the connection down, which the node sees at once: closing alone waits for a reader
     * here.
     */
    private static void end(SocketChannel channel) throws IOException {
        channel.shutdownInput();
        channel.shutdownOutput();
        channel.close();
    }

    private SocketChannel last() {
        return channels.get(channels.size() - 1);
    }

    private void write(byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        try {
            while (buffer.hasRemaining()) {
                last().write(buffer);
            }
        } catch (IOException e) {
            // the node has ended it, which its replies show
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (SocketChannel channel : channels) {
            channel.close();
        }
        for (SocketChannel channel = accepted.poll(); channel != null; channel = accepted.poll()) {
            channel.close();
        }
    }
}
