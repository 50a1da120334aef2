package io.vmferry.lab.qemu;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.vmferry.lab.process.ChildProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.ConnectException;
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
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A monitor connection that sends any text, JSON or not, and does not negotiate. Its peer may end
 * at any time.
 */
public final class RawMonitor implements AutoCloseable {

    /** The longest wait for a reply. */
    public static final long PATIENCE_SECONDS = 60;

    /** Stands for the end of the peer where a reply was expected. */
    private static final JsonNode GONE = JsonNodeFactory.instance.textNode("(the node has ended)");

    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    private final SocketChannel channel;
    private final String here;
    private final BlockingQueue<JsonNode> replies = new LinkedBlockingQueue<>();
    private final List<JsonNode> events = new ArrayList<>();

    private RawMonitor(SocketChannel channel, Path here) {
        this.channel = channel;
        this.here = here.toString();
        Thread.ofVirtual().start(this::readAll);
    }

    /**
     * Connects to the monitor of a process as soon as that listens.
     *
     * @param here what {@code $HERE} stands for
     */
    static RawMonitor connect(ChildProcess process, Path socket, Path here) throws Exception {
        process.awaitFile(socket);
        while (true) {
            try {
                return open(socket, here);
            } catch (ConnectException e) {
                // bound, which makes the file, but not listening yet
                if (process.process().waitFor(5, TimeUnit.MILLISECONDS)) {
                    throw e;
                }
            }
        }
    }

    /**
     * Connects to a monitor that listens.
     *
     * @param here what {@code $HERE} stands for
     */
    public static RawMonitor open(Path socket, Path here) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        return new RawMonitor(channel, here);
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
            // the peer has ended it
        }
        replies.add(GONE);
    }

    /** The next message that is no event: the greeting, then replies. */
    public JsonNode next() throws InterruptedException {
        JsonNode next = replies.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("Nothing came within " + PATIENCE_SECONDS + " s");
        }
        if (next.equals(GONE)) {
            replies.add(GONE);
        }
        return next;
    }

    /** Sends a line and returns the reply to it, or the text that the node has ended. */
    public JsonNode ask(String line) throws InterruptedException {
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

    /** Waits until {@code query-migrate} shows a status. */
    void await(String status) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (true) {
            JsonNode report = ask("{\"execute\":\"query-migrate\"}").path("return");
            if (report.path("status").asText().equals(status)) {
                return;
            }
            if (System.nanoTime() > end) {
                throw new AssertionError("Not " + status + " but " + report);
            }
        }
    }

    /** The events so far, with their data and without their time. */
    List<String> events() {
        return eventMessages().stream()
                .map(event -> event.path("event").asText() + event.path("data"))
                .toList();
    }

    /** The events so far, whole. */
    public List<JsonNode> eventMessages() {
        synchronized (events) {
            return List.copyOf(events);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
