package io.vmferry.machine.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmferry.machine.net.SocketFamily;
import io.vmferry.protocol.qmp.QmpEvent;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(20)
class MonitorServerTest {

    private static final MonitorAddress ANY_PORT = new MonitorAddress.TcpMonitor("127.0.0.1", 0);

    @TempDir Path directory;

    private final ExecutorService engine = Executors.newSingleThreadExecutor();
    private MonitorServer server = server(SocketFamily.best());

    private MonitorServer server(SocketFamily transport) {
        return new MonitorServer(
                TestSession.idleCommands().build(), engine, TestSession.CLOCK, transport);
    }

    @AfterEach
    void close() {
        server.close();
        engine.shutdownNow();
    }

    /** A QMP client with a blocking socket. */
    private static final class Client implements AutoCloseable {
        private final SocketChannel channel;
        private final BufferedReader lines;

        Client(SocketAddress address) throws IOException {
            channel = SocketChannel.open(address);
            lines = new BufferedReader(Channels.newReader(channel, StandardCharsets.US_ASCII));
        }

        void send(String text) throws IOException {
            channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
        }

        String line() throws IOException {
            return lines.readLine();
        }

        void negotiate() throws IOException {
            assertThat(line()).startsWith("{\"QMP\"");
            send("{'execute':'qmp_capabilities'}");
            assertThat(line()).isEqualTo("{\"return\": {}}");
        }

        void leave() throws IOException {
            channel.close();
        }

        @Override
        public void close() throws IOException {
            leave();
        }
    }

    private static SocketAddress socket(MonitorAddress address) {
        return switch (address) {
            case MonitorAddress.UnixMonitor(String path) -> UnixDomainSocketAddress.of(path);
            case MonitorAddress.TcpMonitor(String host, int port) ->
                    new InetSocketAddress(host, port);
            case MonitorAddress.SecureMonitor secure -> socket(secure.port());
            case MonitorAddress.InheritedMonitor inherited ->
                    throw new AssertionError(inherited + " is no address");
        };
    }

    private List<SocketAddress> served(MonitorAddress... wanted) throws IOException {
        List<SocketAddress> opened = new ArrayList<>();
        for (MonitorAddress address : wanted) {
            opened.add(socket(server.listen(address, false)));
        }
        server.serve();
        return opened;
    }

    private SocketAddress served() throws IOException {
        return served(ANY_PORT).getFirst();
    }

    @ParameterizedTest
    @EnumSource
    void aClientIsServedOverBothKindsOfSockets(SocketFamily transport) throws Exception {
        server.close();
        server = server(transport);
        String path = directory.resolve("monitor.sock").toString();
        for (SocketAddress address : served(ANY_PORT, new MonitorAddress.UnixMonitor(path))) {
            try (Client client = new Client(address)) {
                client.negotiate();
                client.send("{'execute':'query-name','id':1}{'execute':'que");
                assertThat(client.line()).isEqualTo("{\"return\": {}, \"id\": 1}");
                server.emit(new QmpEvent.Stop());
                assertThat(client.line()).endsWith("\"event\": \"STOP\"}");
                client.send("ry-name'}");
                assertThat(client.line()).isEqualTo("{\"return\": {}}");
            }
        }
        server.close();
        assertThat(Path.of(path)).doesNotExist();
    }

    @ParameterizedTest
    @EnumSource
    void aSecondClientWaitsWithoutAGreeting(SocketFamily transport) throws Exception {
        server.close();
        server = server(transport);
        SocketAddress address = served();
        try (Client first = new Client(address);
                Client second = new Client(address);
                Client third = new Client(address)) {
            first.negotiate();
            Future<String> greeting = engine.submit(second::line);
            assertThatThrownBy(() -> greeting.get(100, TimeUnit.MILLISECONDS))
                    .isInstanceOf(TimeoutException.class);
            first.leave();
            assertThat(greeting.get()).startsWith("{\"QMP\"");
            second.leave();
            third.negotiate();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCommandThatNeverEndsLosesTheMonitorToNobody(SocketFamily transport) throws Exception {
        server.close();
        server =
                new MonitorServer(
                        TestSession.idleCommands().add("hang", (arguments, reply) -> {}).build(),
                        engine,
                        TestSession.CLOCK,
                        transport);
        String path = directory.resolve("monitor.sock").toString();
        for (SocketAddress address : served(ANY_PORT, new MonitorAddress.UnixMonitor(path))) {
            for (int i = 0; i < 3; i++) {
                try (Client client = new Client(address)) {
                    client.negotiate();
                    client.send("{'execute':'hang'}");
                }
            }
        }
    }

    @Test
    void nobodyIsGreetedBeforeAllMonitorsAreOpen() throws Exception {
        SocketAddress first = socket(server.listen(ANY_PORT, false));
        try (Client client = new Client(first)) {
            Future<String> greeting = engine.submit(client::line);
            SocketAddress second = socket(server.listen(ANY_PORT, false));
            assertThatThrownBy(() -> greeting.get(100, TimeUnit.MILLISECONDS))
                    .isInstanceOf(TimeoutException.class);
            server.serve();
            assertThat(greeting.get()).startsWith("{\"QMP\"");
            new Client(second).close();
        }
    }

    @Test
    void twoMonitorsServeTwoClients() throws Exception {
        List<SocketAddress> addresses = served(ANY_PORT, ANY_PORT);
        try (Client one = new Client(addresses.getFirst());
                Client other = new Client(addresses.getLast())) {
            one.negotiate();
            other.negotiate();
            server.emit(new QmpEvent.Resume());
            assertThat(one.line()).endsWith("\"event\": \"RESUME\"}");
            assertThat(other.line()).endsWith("\"event\": \"RESUME\"}");
        }
    }

    @Test
    void aScriptThatOnlyWritesAndThenReadsGetsEverything() throws Exception {
        try (Client client = new Client(served())) {
            client.send("{'execute':'qmp_capabilities'}{'execute':'query-status'}");
            client.channel.shutdownOutput();
            assertThat(client.line()).startsWith("{\"QMP\"");
            assertThat(client.line()).isEqualTo("{\"return\": {}}");
            assertThat(client.line()).isEqualTo("{\"return\": \"running\"}");
            assertThat(client.line()).isNull();
        }
    }

    @Test
    void closingTellsClientsWhatWasWritten() throws Exception {
        try (Client client = new Client(served())) {
            client.negotiate();
            server.emit(new QmpEvent.Shutdown(false, "host-qmp-quit"));
            server.close();
            assertThat(client.line()).contains("SHUTDOWN");
            assertThat(client.line()).isNull();
        }
    }

    @Test
    void anAddressThatOthersCanReachMustBeAskedFor() throws Exception {
        MonitorAddress everywhere = new MonitorAddress.TcpMonitor("0.0.0.0", 0);
        assertThatThrownBy(() -> server.listen(everywhere, false))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "Cannot open monitor tcp:0.0.0.0:0: other machines could reach it, and a"
                                + " monitor asks for no password; --qmp-remote allows it");
        assertThat(server.listen(everywhere, true)).isInstanceOf(MonitorAddress.TcpMonitor.class);
    }

    @Test
    void aPortInUseIsOneClearLine() throws Exception {
        MonitorAddress taken = server.listen(ANY_PORT, false);
        assertThatThrownBy(() -> server.listen(taken, false))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("Cannot open monitor " + taken + ": ")
                .hasMessageContaining("Address already in use")
                .hasMessageNotContaining("\n");
    }

    @Test
    void aStaleSocketFileIsReplacedAndNothingElseIs() throws Exception {
        Path file = directory.resolve("monitor.sock");
        MonitorAddress address = new MonitorAddress.UnixMonitor(file.toString());
        Files.writeString(file, "mine");
        assertThatThrownBy(() -> server.listen(address, false))
                .hasMessageEndingWith("the file exists and is no socket");
        Files.delete(file);

        // a pipe refuses connections, as a device does
        assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor()).isZero();
        assertThatThrownBy(() -> server.listen(address, false))
                .hasMessageEndingWith("the file exists and is no socket");
        Files.delete(file);

        ServerSocketChannel other = ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX);
        other.bind(UnixDomainSocketAddress.of(file));
        assertThatThrownBy(() -> server.listen(address, false))
                .hasMessageEndingWith("another process listens there");
        other.close();
        assertThat(file).exists();
        try (Client client = new Client(served(address).getFirst())) {
            client.negotiate();
        }
    }

    @Test
    void onlyTheFirstMonitorSaysOtherWords() throws Exception {
        List<SocketAddress> addresses = served(ANY_PORT, ANY_PORT);
        try (Client misled = new Client(addresses.getFirst());
                Client informed = new Client(addresses.getLast())) {
            misled.negotiate();
            informed.negotiate();
            server.faults().reword("STOP", "HALT", OptionalLong.empty());
            server.emit(new QmpEvent.Stop());
            assertThat(misled.line()).endsWith("\"event\": \"HALT\"}");
            assertThat(informed.line()).endsWith("\"event\": \"STOP\"}");
        }
    }

    @Test
    void aReplyOvertakesTheEventsThatLag() throws Exception {
        try (Client client = new Client(served())) {
            client.negotiate();
            server.faults().lag(true, TimeUnit.MILLISECONDS.toNanos(300));
            server.emit(new QmpEvent.Stop());
            client.send("{'execute':'query-name'}");
            assertThat(client.line()).isEqualTo("{\"return\": {}}");
            assertThat(client.line()).endsWith("\"event\": \"STOP\"}");
        }
    }

    @Test
    void aMonitorThatHangsUpServesTheNextClient() throws Exception {
        SocketAddress address = served();
        try (Client client = new Client(address)) {
            client.negotiate();
            server.faults().hangUp();
            assertThat(client.line()).isNull();
        }
        try (Client next = new Client(address)) {
            next.negotiate();
        }
    }
}
