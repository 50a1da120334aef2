package io.vmferry.lab.comparison;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A monitor that is sent whole lines and whose node may end in between. */
final class MonitorLine implements AutoCloseable {

    static final long PATIENCE_SECONDS = 30;

    /** Stands for the end of the node where a reply was expected. */
    private static final JsonNode GONE = JsonNodeFactory.instance.textNode("(the node has ended)");

    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    private final SocketChannel channel;
    private final String here;
    private final BlockingQueue<JsonNode> replies = new LinkedBlockingQueue<>();
    private final List<JsonNode> events = new ArrayList<>();

    private MonitorLine(SocketChannel channel, Path here) {
        this.channel = channel;
        this.here = here.toString();
        Thread.ofVirtual().start(this::readAll);
    }

    /**
     * Connects as soon as the node listens, and negotiates.
     *
     * @param here what {@code $HERE} stands for
     */
    static MonitorLine connect(Path socket, Path here, CompletableFuture<Integer> exit)
            throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (true) {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                channel.connect(UnixDomainSocketAddress.of(socket));
                MonitorLine monitor = new MonitorLine(channel, here);
                monitor.next();
                monitor.ask(
                        "{\"execute\":\"qmp_capabilities\",\"arguments\":{\"enable\":[\"oob\"]}}");
                return monitor;
            } catch (IOException e) {
                channel.close();
                if (exit.isDone() || System.nanoTime() > end) {
                    throw new IllegalStateException("No monitor at " + socket, e);
                }
                pause(exit);
            }
        }
    }

    private static void pause(CompletableFuture<Integer> exit) throws Exception {
        try {
            exit.get(5, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            // it runs, as it should
        }
    }

    private void readAll() {
        try (BufferedReader lines =
                new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode value = JSON.readTree(line.replace(here, "$HERE"));
                if (value.has("event")) {
                    synchronized (events) {
                        events.add(value);
                    }
                } else {
                    replies.add(value);
                }
            }
        } catch (IOException e) {
            // the node has ended it
        }
        replies.add(GONE);
    }

    private JsonNode next() throws InterruptedException {
        JsonNode next = replies.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("No reply within " + PATIENCE_SECONDS + " s");
        }
        if (next.equals(GONE)) {
            replies.add(GONE);
        }
        return next;
    }

    JsonNode ask(String line) throws InterruptedException {
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(line.replace("$HERE", here) + "\n");
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            // the reply says so
        }
        return next();
    }

    List<JsonNode> events() {
        synchronized (events) {
            return List.copyOf(events);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
