package io.vmferry.lab.qemu;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import io.vmferry.machine.descriptor.Descriptor;
import io.vmferry.machine.descriptor.TestDescriptors;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A QMP client that can give descriptors along with a command, as libvirt does. */
final class GivingClient implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final Descriptor socket;
    private final StringBuilder input = new StringBuilder();

    private GivingClient(Descriptor socket) {
        this.socket = socket;
    }

    /** Connects to a monitor that runs commands, and negotiates. */
    static GivingClient connect(Path monitor) throws IOException {
        Epoll.ensureAvailability();
        Descriptor descriptor = Descriptor.own(connected(monitor).intValue());
        descriptor.blocking(true);
        GivingClient client = new GivingClient(descriptor);
        client.message();
        client.execute("qmp_capabilities", "{}", List.of());
        client.execute(
                "migrate-set-capabilities",
                "{\"capabilities\": [{\"capability\": \"events\", \"state\": true}]}",
                List.of());
        return client;
    }

    /** The file of a socket is there a moment before anybody listens. */
    private static Socket connected(Path monitor) throws IOException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (true) {
            Socket socket = Socket.newSocketDomain();
            try {
                socket.connect(new DomainSocketAddress(monitor.toString()));
                return socket;
            } catch (ConnectException e) {
                socket.close();
                if (System.nanoTime() > end) {
                    throw e;
                }
            }
        }
    }

    /** The result of a command, or what its error says. */
    JsonNode execute(String command, String arguments, List<Descriptor> along) throws IOException {
        TestDescriptors.send(
                socket,
                "{\"execute\": \"%s\", \"arguments\": %s}\n".formatted(command, arguments),
                along);
        while (true) {
            JsonNode message = message();
            if (!message.has("event")) {
                return message.has("return") ? message.get("return") : message.at("/error/desc");
            }
        }
    }

    /** Gives a descriptor a name, and closes it here. */
    JsonNode give(String name, Descriptor descriptor) throws IOException {
        try (descriptor) {
            return execute("getfd", "{\"fdname\": \"%s\"}".formatted(name), List.of(descriptor));
        }
    }

    /** Asks until the migration has a status. */
    void awaitMigration(String status) throws IOException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        JsonNode report;
        do {
            report = execute("query-migrate", "{}", List.of());
            String now = report.path("status").asText();
            boolean over = now.equals("failed") || System.nanoTime() > end;
            if (over && !now.equals(status)) {
                throw new AssertionError("Expected status %s: %s".formatted(status, report));
            }
        } while (!report.path("status").asText().equals(status));
    }

    private JsonNode message() throws IOException {
        int end;
        while ((end = input.indexOf("\n")) < 0) {
            String more = TestDescriptors.read(socket);
            if (more.isEmpty()) {
                throw new IOException("The monitor has closed the connection");
            }
            input.append(more);
        }
        String line = input.substring(0, end);
        input.delete(0, end + 1);
        return JSON.readTree(line);
    }

    @Override
    public void close() {
        socket.close();
    }
}
