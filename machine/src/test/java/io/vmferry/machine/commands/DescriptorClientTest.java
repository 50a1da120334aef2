package io.vmferry.machine.commands;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmferry.machine.commands.DescriptorClient.MonitorGoneException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A monitor that goes is reported in one way, however the kernel words it. */
@Timeout(60)
class DescriptorClientTest {

    private static final String GREETING = "{\"QMP\": {}}\r\n{\"return\": {}}\r\n";
    private static final String NEGOTIATION = "{'execute':'qmp_capabilities'}";
    private static final String QUERY = "{'execute':'query-status'}";

    @TempDir Path directory;

    private SocketChannel monitor;
    private DescriptorClient client;

    @BeforeEach
    void connect() throws Exception {
        Path path = directory.resolve("monitor");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(path));
            var greeting = new FutureTask<>(() -> greet(server));
            Thread.ofPlatform().start(greeting);
            client = new DescriptorClient(path);
            monitor = greeting.get();
        }
    }

    /** Greets, and reads the whole negotiation, so that nothing unread is left. */
    private static SocketChannel greet(ServerSocketChannel server) throws IOException {
        SocketChannel accepted = server.accept();
        accepted.write(ByteBuffer.wrap(GREETING.getBytes(US_ASCII)));
        ByteBuffer negotiation = ByteBuffer.allocate(NEGOTIATION.length());
        while (negotiation.hasRemaining()) {
            accepted.read(negotiation);
        }
        return accepted;
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        monitor.close();
    }

    @Test
    void anEndMeansThatTheMonitorHasGone() throws Exception {
        monitor.close();
        assertThatThrownBy(client::reply)
                .isInstanceOf(MonitorGoneException.class)
                .hasMessage("The monitor has closed the connection");
    }

    @Test
    void aResetMeansThatTheMonitorHasGone() throws Exception {
        client.send(QUERY); // a socket that is closed with something unread resets its peer
        monitor.close();
        assertThatThrownBy(client::reply)
                .isInstanceOf(MonitorGoneException.class)
                .hasMessage("The connection to the monitor is broken: Connection reset by peer");
    }

    @Test
    void aCommandThatNobodyCanReadMeansThatTheMonitorHasGone() throws Exception {
        monitor.close();
        assertThatThrownBy(() -> client.ask(QUERY))
                .isInstanceOf(MonitorGoneException.class)
                .hasMessage("The connection to the monitor is broken: Broken pipe");
    }
}
