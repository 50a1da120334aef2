package io.vmferry.lab.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vmferry.machine.monitor.MonitorAddress;
import io.vmferry.tools.qmp.QmpCall;
import io.vmferry.tools.qmp.QmpConnection;
import io.vmferry.tools.qmp.QmpNotice;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/**
 * A QMP client for tests: a {@link QmpConnection} that waits for events and fails when they do not
 * arrive.
 */
public final class QmpClient implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration STARTING_PATIENCE = Duration.ofSeconds(5);

    private final QmpConnection connection;
    private final BlockingQueue<QmpNotice> newEvents = new LinkedBlockingQueue<>();
    private final List<QmpNotice> events = new ArrayList<>();

    private QmpClient(MonitorAddress monitor) throws IOException, InterruptedException {
        connection = QmpConnection.open(monitor, PATIENCE, newEvents::add);
    }

    /** Connects to the monitor of a process as soon as that listens, and negotiates. */
    public static QmpClient connect(ChildProcess process, Path socket)
            throws IOException, InterruptedException {
        QmpClient client = open(process, socket);
        client.connection.negotiate(false, PATIENCE);
        return client;
    }

    /**
     * Waits until a QEMU that has just been started runs commands.
     *
     * <p>Its main thread and its monitor's thread may both see the first client arrive. Then one of
     * them accepts it, and the other waits in {@code accept()} for the next one; if that is the
     * main thread, no command is run until there is one (QEMU 7.2.22: four of 4,000 starts on a
     * busy machine). The first client may also get events ahead of its greeting.
     */
    static void awaitCommands(ChildProcess qemu, Path socket)
            throws IOException, InterruptedException {
        try (QmpClient first = open(qemu, socket)) {
            var reply = first.connection.send(QmpCall.of("qmp_capabilities"));
            if (!ends(reply, STARTING_PATIENCE)) {
                SocketChannel.open(UnixDomainSocketAddress.of(socket)).close();
                if (!ends(reply, PATIENCE)) {
                    throw new SocketTimeoutException("No command runs at " + socket);
                }
            }
        }
    }

    private static QmpClient open(ChildProcess process, Path socket)
            throws IOException, InterruptedException {
        process.awaitFile(socket);
        while (true) {
            try {
                return new QmpClient(new MonitorAddress.UnixMonitor(socket.toString()));
            } catch (IOException e) {
                // bound, which makes the file, but not listening yet
                boolean refused = e.getCause() instanceof ConnectException;
                if (!refused || process.process().waitFor(5, TimeUnit.MILLISECONDS)) {
                    throw e;
                }
            }
        }
    }

    /** Connects to a monitor that listens already, and negotiates. */
    public static QmpClient connect(MonitorAddress monitor)
            throws IOException, InterruptedException {
        QmpClient client = new QmpClient(monitor);
        client.connection.negotiate(false, PATIENCE);
        return client;
    }

    private static boolean ends(Future<?> reply, Duration patience) throws InterruptedException {
        try {
            reply.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            // ended as well: whoever connects next is told why
        }
        return true;
    }

    public JsonNode greeting() {
        return connection.greeting();
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
            ObjectNode members = (ObjectNode) JSON.readTree(arguments);
            return connection.call(QmpCall.of(command, members), PATIENCE).message();
        } catch (IOException e) {
            throw new AssertionError(command + ": " + e.getMessage(), e);
        }
    }

    /** Waits for an event, past or future, that satisfies the predicate. */
    public JsonNode awaitEvent(String what, Predicate<JsonNode> wanted)
            throws InterruptedException {
        for (QmpNotice event : events) {
            if (wanted.test(event.message())) {
                return event.message();
            }
        }
        while (true) {
            QmpNotice event = newEvents.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (event == null) {
                throw new AssertionError(
                        "No event " + what + " within " + PATIENCE + "; there were " + events);
            }
            events.add(event);
            if (wanted.test(event.message())) {
                return event.message();
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

    /**
     * The names of QEMU's events so far, MIGRATION with its status: {@code MIGRATION(active)}.
     * Those that only vmferry has are left out, so that the lists of both can be compared.
     */
    public List<String> eventNames() {
        newEvents.drainTo(events);
        return events.stream()
                .filter(event -> !event.name().startsWith("X_VMFERRY_"))
                .map(event ->
                        event.migrationStatus().isEmpty()
                                ? event.name()
                                : event.name() + "(" + event.migrationStatus() + ")")
                .toList();
    }

    /** The events of a name so far. */
    public List<JsonNode> events(String name) {
        newEvents.drainTo(events);
        return events.stream()
                .filter(event -> event.name().equals(name))
                .map(QmpNotice::message)
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
        connection.close();
    }
}
