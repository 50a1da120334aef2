package io.vmferry.lab.qemu;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import io.vmferry.machine.descriptor.Descriptor;
import io.vmferry.machine.descriptor.TestDescriptors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A QMP client that can give descriptors along with a command, as libvirt does. */
final class GivingClient implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Descriptor socket;
    private final StringBuilder input = new StringBuilder();

    private GivingClient(Descriptor socket) {
        this.socket = socket;
    }

    /** Connects to a monitor that runs commands, and negotiates. */
    static GivingClient connect(Path monitor) throws IOException {
        Epoll.ensureAvailability();
        Socket blocking = Socket.newSocketDomain();
        blocking.connect(new DomainSocketAddress(monitor.toString()));
        Descriptor descriptor = Descriptor.own(blocking.intValue());
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
        String now;
        do {
            now = execute("query-migrate", "{}", List.of()).path("status").asText();
            if (now.equals("failed")) {
                throw new AssertionError(execute("query-migrate", "{}", List.of()));
            }
        } while (!now.equals(status));
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
