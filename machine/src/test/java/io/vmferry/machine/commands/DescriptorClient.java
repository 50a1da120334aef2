package io.vmferry.machine.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import io.vmferry.machine.descriptor.Descriptor;
import io.vmferry.machine.descriptor.DescriptorException;
import io.vmferry.machine.descriptor.TestDescriptors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A client of a monitor, over a blocking UNIX socket, that sends descriptors along. */
public final class DescriptorClient implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Descriptor socket;
    private final StringBuilder unread = new StringBuilder();

    /**
     * The monitor has gone, and its process perhaps with it. Whether the kernel reports an end or a
     * reset depends on whether the process had read all that was sent to it.
     */
    public static final class MonitorGoneException extends IOException {

        private static final long serialVersionUID = 1;

        private MonitorGoneException() {
            super("The monitor has closed the connection");
        }

        private MonitorGoneException(DescriptorException cause) {
            super("The connection to the monitor is broken: " + cause.getMessage(), cause);
        }
    }

    /** A client that has been greeted and has negotiated. */
    public DescriptorClient(Path monitor) throws IOException {
        Epoll.ensureAvailability();
        Socket connecting = Socket.newSocketDomain();
        socket = Descriptor.own(connecting.intValue());
        socket.blocking(true);
        assertThat(connecting.connect(new DomainSocketAddress(monitor.toString()))).isTrue();
        assertThat(line()).startsWith("{\"QMP\"");
        assertThat(ask("{'execute':'qmp_capabilities'}")).isEqualTo("{}");
    }

    /**
     * Sends a part of commands with descriptors.
     *
     * @throws MonitorGoneException if nobody can read it any more
     */
    public void send(String text, Descriptor... along) throws IOException {
        try {
            TestDescriptors.send(socket, text.replace('\'', '"'), List.of(along));
        } catch (DescriptorException e) {
            throw new MonitorGoneException(e);
        }
    }

    /**
     * The next reply: what is returned, or what an error says.
     *
     * @throws MonitorGoneException if none can come any more
     */
    public String reply() throws IOException {
        JsonNode reply = JSON.readTree(line());
        while (reply.has("event")) {
            reply = JSON.readTree(line());
        }
        return reply.has("error")
                ? reply.path("error").path("desc").asText()
                : reply.path("return").toString();
    }

    /** Sends a command with descriptors and returns the reply. */
    public String ask(String command, Descriptor... along) throws IOException {
        send(command, along);
        return reply();
    }

    private String line() throws IOException {
        while (unread.indexOf("\n") < 0) {
            unread.append(more());
        }
        String line = unread.substring(0, unread.indexOf("\n")).strip();
        unread.delete(0, unread.indexOf("\n") + 1);
        return line;
    }

    private String more() throws IOException {
        try {
            String more = TestDescriptors.read(socket);
            if (more.isEmpty()) {
                throw new MonitorGoneException();
            }
            return more;
        } catch (DescriptorException e) {
            throw new MonitorGoneException(e);
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
