package io.vmferry.lab.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A QMP client for tests: speaks to our daemons and to a real QEMU alike. */
public final class QmpClient implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final SocketChannel channel;
    private final BlockingQueue<JsonNode> replies = new LinkedBlockingQueue<>();
    private final BlockingQueue<JsonNode> newEvents = new LinkedBlockingQueue<>();
    private final List<JsonNode> events = new ArrayList<>();
    private final JsonNode greeting;

    private QmpClient(SocketChannel channel) throws IOException, InterruptedException {
        this.channel = channel;
        Thread.ofVirtual().start(this::readAll);
        greeting = replies.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (greeting == null || !greeting.has("QMP")) {
            throw new IOException("No QMP greeting but " + greeting);
        }
        execute("qmp_capabilities");
    }

    private static QmpClient connect(Path socket) throws IOException, InterruptedException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        return new QmpClient(channel);
    }

    /** Connects to the monitor of a process as soon as that listens, and negotiates. */
    public static QmpClient connect(ChildProcess process, Path socket)
            throws IOException, InterruptedException {
        process.awaitFile(socket);
        while (true) {
            try {
                return connect(socket);
            } catch (ConnectException e) {
                // bound, which makes the file, but not listening yet
                if (process.process().waitFor(5, TimeUnit.MILLISECONDS)) {
                    throw e;
                }
            }
        }
    }

    public JsonNode greeting() {
        return greeting;
    }

    private void readAll() {
        try (MappingIterator<JsonNode> values =
                JSON.readerFor(JsonNode.class).readValues(Channels.newInputStream(channel))) {
            while (values.hasNext()) {
                JsonNode value = values.next();
                (value.has("event") ? newEvents : replies).add(value);
            }
        } catch (IOException | RuntimeException e) {
            // the peer has gone; whoever waits runs into the time limit with what there was
        }
    }

    /** Runs a command without arguments. */
    public JsonNode execute(String command) throws InterruptedException {
        return execute(command, "{}");
    }

    /** Runs a command; fails on an error reply. */
    public JsonNode execute(String command, String arguments) throws InterruptedException {
        JsonNode reply = send(command, arguments);
        if (!reply.has("return")) {
            throw new AssertionError(command + " " + arguments + " was refused: " + reply);
        }
        return reply.get("return");
    }

    /** Runs a command and returns the whole reply, error or not. */
    public JsonNode send(String command, String arguments) throws InterruptedException {
        try {
            ObjectNode request = JSON.createObjectNode();
            request.put("execute", command);
            request.set("arguments", JSON.readTree(arguments));
            channel.write(ByteBuffer.wrap(request.toString().getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        JsonNode reply = replies.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (reply == null) {
            throw new AssertionError("No reply to " + command + " within " + PATIENCE);
        }
        return reply;
    }

    /** Waits for an event, past or future, that satisfies the predicate. */
    public JsonNode awaitEvent(String what, Predicate<JsonNode> wanted)
            throws InterruptedException {
        for (JsonNode event : events) {
            if (wanted.test(event)) {
                return event;
            }
        }
        while (true) {
            JsonNode event = newEvents.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (event == null) {
                throw new AssertionError(
                        "No event " + what + " within " + PATIENCE + "; there were " + events);
            }
            events.add(event);
            if (wanted.test(event)) {
                return event;
            }
        }
    }

    /** Waits until the migration has reported a status. */
    public void awaitMigration(String status) throws InterruptedException {
        awaitEvent(
                "MIGRATION " + status,
                event ->
                        event.path("event").asText().equals("MIGRATION")
                                && event.path("data").path("status").asText().equals(status));
    }

    /** Waits for an event of a name, past or future. */
    public JsonNode awaitEvent(String name) throws InterruptedException {
        return awaitEvent(name, event -> event.path("event").asText().equals(name));
    }

    /** Forgets the events so far, so that the next wait is for a new one. */
    public void forgetEvents() {
        newEvents.clear();
        events.clear();
    }

    /** The names of the events so far, MIGRATION with its status: {@code MIGRATION(active)}. */
    public List<String> eventNames() {
        newEvents.drainTo(events);
        return events.stream()
                .map(event -> {
                    String name = event.path("event").asText();
                    String status = event.path("data").path("status").asText();
                    return status.isEmpty() ? name : name + "(" + status + ")";
                })
                .toList();
    }

    /** Saves all of RAM into a file and returns it. */
    public Path saveMemory(Path file, long bytes) throws InterruptedException {
        execute(
                "pmemsave",
                "{\"val\": 0, \"size\": %d, \"filename\": \"%s\"}".formatted(bytes, file));
        return file;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
