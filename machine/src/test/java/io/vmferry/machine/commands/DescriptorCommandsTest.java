package io.vmferry.machine.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import io.vmferry.machine.descriptor.Descriptor;
import io.vmferry.machine.descriptor.DescriptorSets;
import io.vmferry.machine.descriptor.TestDescriptors;
import io.vmferry.machine.monitor.CommandTable;
import io.vmferry.machine.monitor.MonitorAddress;
import io.vmferry.machine.monitor.MonitorAddress.InheritedMonitor;
import io.vmferry.machine.monitor.MonitorAddress.TcpMonitor;
import io.vmferry.machine.monitor.MonitorAddress.UnixMonitor;
import io.vmferry.machine.monitor.MonitorServer;
import io.vmferry.protocol.profile.Profile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What clients say and hear; every test counts the descriptors that are left. */
@Timeout(60)
class DescriptorCommandsTest {

    private static final String GETFD = "{'execute':'getfd','arguments':{'fdname':'%s'}}";
    private static final String CLOSEFD = "{'execute':'closefd','arguments':{'fdname':'%s'}}";
    private static final String ADD = "{'execute':'add-fd'}";
    private static final String SETS = "{'execute':'query-fdsets'}";
    private static final String NONE = "No file descriptor supplied via SCM_RIGHTS";

    @TempDir Path directory;

    private final ExecutorService engine = Executors.newSingleThreadExecutor();
    private Path file;
    private Path monitor;
    private Descriptor sent;
    private MonitorServer server = server(Profile.QEMU_11_1);

    private MonitorServer server(Profile profile) {
        DescriptorSets sets = new DescriptorSets(profile, engine, () -> true);
        CommandTable.Builder table = CommandTable.builder(profile);
        new DescriptorCommands(sets).addTo(table);
        return new MonitorServer(table.build(), engine, Clock.systemUTC(), sets);
    }

    @BeforeEach
    void listen() throws IOException {
        file = Files.writeString(directory.resolve("file"), "content");
        monitor = directory.resolve("monitor");
        sent = TestDescriptors.open(file, Descriptor.O_RDONLY);
        server.listen(new UnixMonitor(monitor.toString()), false);
        server.serve();
    }

    @AfterEach
    void nothingIsLeft() {
        server.close();
        engine.shutdownNow();
        sent.close();
        assertThat(TestDescriptors.openOn(file)).as("descriptors left").isZero();
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** How many of them the monitor holds. */
    private long held() {
        return TestDescriptors.openOn(file) - 1;
    }

    @Test
    void aDescriptorGetsANameAndIsClosedByIt() throws IOException {
        try (DescriptorClient client = new DescriptorClient(monitor)) {
            assertThat(client.ask(GETFD.formatted("a"), sent)).isEqualTo("{}");
            assertThat(held()).isEqualTo(1);
            assertThat(client.ask(CLOSEFD.formatted("a"))).isEqualTo("{}");
            assertThat(held()).isZero();
            assertThat(client.ask(CLOSEFD.formatted("a")))
                    .isEqualTo("File descriptor named 'a' not found");
        }
    }

    @Test
    void aNameThatIsGivenTwiceIsThatOfTheSecond() throws IOException {
        try (DescriptorClient client = new DescriptorClient(monitor)) {
            assertThat(client.ask(GETFD.formatted("a"), sent)).isEqualTo("{}");
            assertThat(client.ask(GETFD.formatted("a"), sent)).isEqualTo("{}");
            assertThat(held()).isEqualTo(1);
        }
    }

    @Test
    void aNameThatIsNoNameIsRefusedAndItsDescriptorClosed() throws IOException {
        try (DescriptorClient client = new DescriptorClient(monitor)) {
            assertThat(client.ask(GETFD.formatted("1a"), sent))
                    .isEqualTo("Parameter 'fdname' expects a name not starting with a digit");
            assertThat(held()).isZero();
            assertThat(client.ask(GETFD.formatted(""), sent)).isEqualTo("{}");
            assertThat(client.ask(CLOSEFD.formatted(""))).isEqualTo("{}");
        }
    }

    @Test
    void withoutADescriptorNothingIsNamed() throws IOException {
        try (DescriptorClient client = new DescriptorClient(monitor)) {
            assertThat(client.ask(GETFD.formatted("a"))).isEqualTo(NONE);
            assertThat(client.ask(ADD)).isEqualTo(NONE);
        }
    }

    @Test
    void aDescriptorWaitsForTheCommandThatWantsIt() throws IOException {
        try (DescriptorClient client = new DescriptorClient(monitor)) {
            client.ask(SETS, sent);
            assertThat(client.ask(SETS, sent, sent)).isEqualTo("[]");
            assertThat(held()).as("the last message replaces the one before").isEqualTo(2);
            assertThat(client.ask(GETFD.formatted("a"))).isEqualTo("{}");
            assertThat(held()).as("the command takes one and closes the other").isEqualTo(1);
            assertThat(client.ask(GETFD.formatted("b"))).isEqualTo(NONE);
        }
    }

    @Test
    void eachCommandGetsWhatCameBeforeItsEnd() throws IOException {
        try (DescriptorClient client = new DescriptorClient(monitor)) {
            client.send(GETFD.formatted("a"));
            client.send(GETFD.formatted("b"), sent);
            client.send(GETFD.formatted("c"), sent);
            client.send(GETFD.formatted("d").substring(0, 20), sent);
            client.send(GETFD.formatted("d").substring(20));
            client.send(CLOSEFD.formatted("b"));
            assertThat(client.reply()).isEqualTo(NONE);
            for (String command : "b c d close".split(" ")) {
                assertThat(client.reply()).as(command).isEqualTo("{}");
            }
            assertThat(held()).isEqualTo(2);
        }
    }

    @Test
    void ofMoreThanTheLimitTheRestIsClosed() throws IOException {
        try (DescriptorClient client = new DescriptorClient(monitor)) {
            Descriptor[] many = Collections.nCopies(20, sent).toArray(Descriptor[]::new);
            client.ask(SETS, many);
            assertThat(held()).isEqualTo(16);
            assertThat(client.ask(GETFD.formatted("a"), many)).isEqualTo("{}");
            assertThat(held()).isEqualTo(1);
        }
    }

    @Test
    void namesOutliveTheirClientAndTheRestDoesNot() throws IOException {
        try (DescriptorClient client = new DescriptorClient(monitor)) {
            assertThat(client.ask(GETFD.formatted("a"), sent)).isEqualTo("{}");
            assertThat(client.ask(SETS, sent, sent)).isEqualTo("[]");
            assertThat(held()).isEqualTo(3);
        }
        try (DescriptorClient next = new DescriptorClient(monitor)) {
            assertThat(held()).isEqualTo(1);
            assertThat(next.ask(GETFD.formatted("b"))).isEqualTo(NONE);
            assertThat(next.ask(CLOSEFD.formatted("a"))).isEqualTo("{}");
        }
    }

    @Test
    void anotherMonitorHasOtherNamesAndTheSameSets() throws IOException {
        Path second = directory.resolve("second");
        server.listen(new UnixMonitor(second.toString()), false);
        server.serve();
        try (DescriptorClient client = new DescriptorClient(monitor);
                DescriptorClient other = new DescriptorClient(second)) {
            client.ask(GETFD.formatted("a"), sent);
            client.ask(ADD, sent);
            assertThat(other.ask(CLOSEFD.formatted("a")))
                    .isEqualTo("File descriptor named 'a' not found");
            assertThat(other.ask(SETS)).contains("\"fdset-id\":0");
            assertThat(other.ask("{'execute':'remove-fd','arguments':{'fdset-id':0}}"))
                    .isEqualTo("{}");
        }
    }

    @Test
    void setsAreAddedToListedAndRemoved() throws IOException {
        try (DescriptorClient client = new DescriptorClient(monitor)) {
            String added = client.ask(ADD, sent);
            assertThat(added).matches("\\{\"fd\":\\d+,\"fdset-id\":0}");
            assertThat(
                            client.ask(
                                    "{'execute':'add-fd','arguments':{'fdset-id':0,'opaque':'x'}}",
                                    sent))
                    .contains("\"fdset-id\":0");
            assertThat(client.ask(SETS))
                    .matches(
                            "\\[\\{\"fds\":\\[\\{\"fd\":\\d+},\\{\"fd\":\\d+,\"opaque\":\"x\"}],\"fdset-id\":0}]");
            assertThat(client.ask("{'execute':'add-fd','arguments':{'fdset-id':-1}}", sent))
                    .isEqualTo("Parameter 'fdset-id' expects a non-negative value");
            assertThat(client.ask("{'execute':'remove-fd','arguments':{'fdset-id':0,'fd':0}}"))
                    .isEqualTo("File descriptor named 'fdset-id:0, fd:0' not found");
            assertThat(held()).isEqualTo(2);
            assertThat(client.ask("{'execute':'remove-fd','arguments':{'fdset-id':0}}"))
                    .isEqualTo("{}");
            assertThat(client.ask(SETS)).isEqualTo("[]");
        }
    }

    @Test
    void repliesThatTheSocketHasNoRoomForComeLater() throws IOException {
        String opaque = "x".repeat(60_000);
        int queries = 8;
        try (DescriptorClient client = new DescriptorClient(monitor)) {
            client.ask("{'execute':'add-fd','arguments':{'opaque':'%s'}}".formatted(opaque), sent);
            for (int i = 0; i < queries; i++) {
                client.send(SETS);
            }
            for (int i = 0; i < queries; i++) {
                assertThat(client.reply()).contains(opaque);
            }
            assertThat(client.ask("{'execute':'remove-fd','arguments':{'fdset-id':0}}"))
                    .isEqualTo("{}");
        }
    }

    @Test
    void theLastClientOfAnOldVersionTakesTheSetsAlong() throws IOException {
        server.close();
        server = server(Profile.QEMU_7_2);
        server.listen(new UnixMonitor(monitor.toString()), false);
        server.serve();
        try (DescriptorClient client = new DescriptorClient(monitor)) {
            client.ask(ADD, sent);
        }
        try (DescriptorClient next = new DescriptorClient(monitor)) {
            assertThat(next.ask(SETS)).isEqualTo("[]");
        }
    }

    /** What it has left in the socket stays there until its commands are due. */
    @Test
    void aClientThatIsGoneFillsNoQueue() throws Exception {
        Path second = directory.resolve("second");
        server.listen(new UnixMonitor(second.toString()), false);
        server.serve();
        CountDownLatch free = new CountDownLatch(1);
        Descriptor[] many = Collections.nCopies(16, sent).toArray(Descriptor[]::new);
        try (DescriptorClient client = new DescriptorClient(monitor)) {
            client.ask(SETS);
            engine.execute(() -> awaitUninterruptibly(free));
            for (int i = 0; i < 30; i++) {
                client.send(SETS, many);
            }
        }
        // the monitors' loop has greeted this one after the other was gone
        new DescriptorClient(second).close();
        assertThat(held()).isLessThanOrEqualTo(6 * 16);
        free.countDown();
        try (DescriptorClient next = new DescriptorClient(monitor)) {
            assertThat(next.ask(GETFD.formatted("a"))).isEqualTo(NONE);
            assertThat(held()).isZero();
        }
    }

    @Test
    void tenThousandDescriptorsLeaveNothing() throws IOException {
        try (DescriptorClient client = new DescriptorClient(monitor)) {
            String both = GETFD.formatted("a") + CLOSEFD.formatted("a");
            for (int i = 0; i < 10_000; i++) {
                client.send(both, sent);
                assertThat(client.reply()).isEqualTo("{}");
                assertThat(client.reply()).isEqualTo("{}");
            }
            assertThat(held()).isZero();
        }
    }

    @Test
    void overTcpNoDescriptorComes() throws IOException {
        MonitorAddress address = server.listen(new TcpMonitor("127.0.0.1", 0), false);
        server.serve();
        try (java.net.Socket client =
                new java.net.Socket(
                        InetAddress.getLoopbackAddress(), ((TcpMonitor) address).port())) {
            BufferedReader lines =
                    new BufferedReader(
                            new InputStreamReader(
                                    client.getInputStream(), StandardCharsets.US_ASCII));
            String commands = "{'execute':'qmp_capabilities'}" + GETFD.formatted("a");
            client.getOutputStream().write(commands.getBytes(StandardCharsets.US_ASCII));
            assertThat(lines.readLine()).startsWith("{\"QMP\"");
            assertThat(lines.readLine()).isEqualTo("{\"return\": {}}");
            assertThat(lines.readLine()).contains(NONE);
        }
    }

    // ---- monitors that are inherited

    private static Socket inheritable(Socket socket) {
        return new Socket(TestDescriptors.inheritable(Descriptor.own(socket.intValue())).release());
    }

    @Test
    void aBoundSocketIsInherited() throws IOException {
        Path inherited = directory.resolve("inherited");
        Epoll.ensureAvailability();
        Socket socket = inheritable(Socket.newSocketDomain());
        socket.bind(new DomainSocketAddress(inherited.toString()));
        server.listen(new InheritedMonitor(socket.intValue()), false);
        server.serve();
        try (DescriptorClient client = new DescriptorClient(inherited)) {
            assertThat(client.ask(GETFD.formatted("a"), sent)).isEqualTo("{}");
        }
        server.close();
        assertThat(inherited).as("the socket file of whoever made it").exists();
    }

    @Test
    void aTcpSocketThatOtherMachinesReachHasToBeMeant() throws IOException {
        Epoll.ensureAvailability();
        Socket socket = inheritable(Socket.newSocketStream());
        socket.bind(new InetSocketAddress("0.0.0.0", 0));
        assertThatThrownBy(() -> server.listen(new InheritedMonitor(socket.intValue()), false))
                .hasMessageContaining("--qmp-remote allows it");
        Socket meant = inheritable(Socket.newSocketStream());
        meant.bind(new InetSocketAddress("0.0.0.0", 0));
        server.listen(new InheritedMonitor(meant.intValue()), true);
        server.serve();
        try (java.net.Socket client =
                new java.net.Socket(
                        InetAddress.getLoopbackAddress(), meant.localAddress().getPort())) {
            assertThat(client.getInputStream().read()).isEqualTo('{');
        }
    }

    @Test
    void whatIsNoSocketThatCanListenIsRefused() throws IOException {
        try (Descriptor opened =
                TestDescriptors.inheritable(TestDescriptors.open(file, Descriptor.O_RDONLY))) {
            int number = opened.number();
            assertThatThrownBy(() -> server.listen(new InheritedMonitor(number), false))
                    .hasMessage(
                            "Cannot open monitor fd:%d: File descriptor '%d' is not a socket",
                            number, number);
            assertThat(held()).as("left open").isEqualTo(1);
        }
        assertThatThrownBy(() -> server.listen(new InheritedMonitor(sent.number()), false))
                .hasMessageEndingWith(
                        "Descriptor %d was not inherited, or is in use", sent.number());
        assertThatThrownBy(() -> server.listen(new InheritedMonitor(999_999_999), false))
                .hasMessageEndingWith("File descriptor '999999999' is not a socket");
        List<Descriptor> pair = TestDescriptors.socketPair();
        try (Descriptor connected = TestDescriptors.inheritable(pair.getFirst());
                Descriptor _ = pair.getLast()) {
            assertThatThrownBy(() -> server.listen(new InheritedMonitor(connected.number()), false))
                    .hasMessageEndingWith("Failed to listen on fd socket: Invalid argument");
        }
    }
}
