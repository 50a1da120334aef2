package io.vmferry.tools.qmp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vmferry.machine.descriptor.Descriptor;
import io.vmferry.machine.monitor.MonitorAddress;
import io.vmferry.protocol.qmp.JsonText;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A connection to one monitor. Replies are matched to commands by id, so that any thread may send
 * at any time; events go to a listener on the reading thread.
 */
public final class QmpConnection implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final MonitorSocket socket;
    private final Consumer<QmpNotice> events;
    private final Object writing = new Object();
    private final CompletableFuture<JsonNode> greeting = new CompletableFuture<>();
    private final CompletableFuture<IOException> end = new CompletableFuture<>();

    /** The commands that wait for a reply, by id, the oldest first; guarded by itself. */
    private final Map<Long, CompletableFuture<QmpReply>> asked = new LinkedHashMap<>();

    private long lastId;

    /** What goes along with the next command; guarded by {@link #writing}. */
    private List<Descriptor> along = List.of();

    private QmpConnection(MonitorSocket socket, Consumer<QmpNotice> events) {
        this.socket = socket;
        this.events = events;
    }

    /**
     * Connects and waits for the greeting; the negotiation is yet to come.
     *
     * @param patience for the connection and for the greeting; zero waits for ever
     * @param events gets every event in order; it must not wait for a reply
     * @throws SocketTimeoutException when there was no greeting in time
     * @throws IOException when nobody listens there, or something that is no monitor
     */
    public static QmpConnection open(
            MonitorAddress address, Duration patience, Consumer<QmpNotice> events)
            throws IOException, InterruptedException {
        return open(
                address,
                new MonitorSocket.ChannelSocket(QmpEndpoint.connect(address, patience)),
                patience,
                events);
    }

    /**
     * The same for a client that will {@link #give} descriptors.
     *
     * @throws IllegalArgumentException if the address is not one of a UNIX socket
     */
    public static QmpConnection openToGive(
            MonitorAddress address, Duration patience, Consumer<QmpNotice> events)
            throws IOException, InterruptedException {
        return open(address, QmpEndpoint.connectToGive(address), patience, events);
    }

    private static QmpConnection open(
            MonitorAddress address,
            MonitorSocket socket,
            Duration patience,
            Consumer<QmpNotice> events)
            throws IOException, InterruptedException {
        QmpConnection connection = new QmpConnection(socket, events);
        try {
            Thread.ofVirtual().name("qmp-reader").start(connection::readAll);
            JsonNode greeting = await(connection.greeting, patience, "greeting from " + address);
            if (!greeting.has("QMP")) {
                throw new IOException(
                        "%s is no QMP monitor: it began with %s"
                                .formatted(address, JsonText.print(greeting)));
            }
            return connection;
        } catch (IOException | InterruptedException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /** The greeting, with the server's version. */
    public JsonNode greeting() {
        return greeting.join();
    }

    /** Whether the server takes out-of-band commands. */
    public boolean offersOutOfBand() {
        for (JsonNode capability : greeting().path("QMP").path("capabilities")) {
            if (capability.asText().equals("oob")) {
                return true;
            }
        }
        return false;
    }

    /** Ends the negotiation. */
    public QmpReply negotiate(boolean outOfBand, Duration patience)
            throws IOException, InterruptedException {
        ObjectNode arguments = JsonNodeFactory.instance.objectNode();
        if (outOfBand) {
            arguments.putArray("enable").add("oob");
        }
        return call(QmpCall.of("qmp_capabilities", arguments), patience);
    }

    /**
     * Sends a command and waits for the reply.
     *
     * @param patience zero waits for ever
     * @throws SocketTimeoutException when there was no reply in time
     * @throws IOException when the connection ended instead
     */
    public QmpReply call(QmpCall call, Duration patience) throws IOException, InterruptedException {
        return await(send(call), patience, "reply to " + call.command());
    }

    /** Sends descriptors along with the next command; they stay the caller's. */
    public void give(List<Descriptor> descriptors) {
        synchronized (writing) {
            along = List.copyOf(descriptors);
        }
    }

    /** Sends a command. The reply fails when the connection ends instead. */
    public CompletableFuture<QmpReply> send(QmpCall call) throws IOException {
        CompletableFuture<QmpReply> reply = new CompletableFuture<>();
        // in the order of the ids, so that a reply without one is that to the oldest
        synchronized (writing) {
            long id = ++lastId;
            synchronized (asked) {
                if (end.isDone()) {
                    throw end.join();
                }
                asked.put(id, reply);
            }
            byte[] line =
                    (JsonText.print(call.message(id)) + "\n").getBytes(StandardCharsets.UTF_8);
            List<Descriptor> given = along;
            along = List.of();
            socket.write(ByteBuffer.wrap(line), given);
        }
        return reply;
    }

    /** Runs an action when the connection has ended, at once if that was before. */
    public void whenEnded(Consumer<IOException> action) {
        var _ = end.thenAccept(action);
    }

    private static <T> T await(CompletableFuture<T> reply, Duration patience, String what)
            throws IOException, InterruptedException {
        try {
            return patience.isZero()
                    ? reply.get()
                    : reply.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new SocketTimeoutException(
                    "No %s within %s s".formatted(what, patience.toMillis() / 1000.0));
        } catch (ExecutionException e) {
            // with the stack of whoever waits
            if (e.getCause() instanceof IOException cause) {
                throw new IOException(cause.getMessage(), cause);
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    // ---- the thread that reads

    private void readAll() {
        IOException reason;
        try (MappingIterator<JsonNode> values =
                JSON.readerFor(JsonNode.class).readValues(socket.input())) {
            while (values.hasNextValue()) {
                take(values.nextValue());
            }
            reason = new EOFException("The monitor closed the connection");
        } catch (IOException e) {
            reason = new IOException("The connection to the monitor broke: " + e.getMessage(), e);
        }
        ended(reason);
    }

    private void take(JsonNode value) {
        if (value.has("event")) {
            // also before the greeting: QEMU sends events to a client that it has accepted and not
            // greeted yet, as RESUME when it starts
            events.accept(new QmpNotice(value));
        } else if (!greeting.isDone()) {
            greeting.complete(value);
        } else if (value instanceof ObjectNode reply) {
            CompletableFuture<QmpReply> waiting = waitingFor(reply.remove("id"));
            if (waiting != null) {
                waiting.complete(new QmpReply(reply));
            }
        }
    }

    private @Nullable CompletableFuture<QmpReply> waitingFor(@Nullable JsonNode id) {
        synchronized (asked) {
            if (id != null) {
                return asked.remove(id.asLong());
            }
            var oldest = asked.entrySet().iterator();
            if (!oldest.hasNext()) {
                return null;
            }
            CompletableFuture<QmpReply> reply = oldest.next().getValue();
            oldest.remove();
            return reply;
        }
    }

    private void ended(IOException reason) {
        synchronized (asked) {
            end.complete(reason);
            greeting.completeExceptionally(reason);
            asked.values().forEach(reply -> reply.completeExceptionally(reason));
            asked.clear();
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
