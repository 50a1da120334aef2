package io.vmferry.lab.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.unix.Socket;
import io.vmferry.lab.process.ChildProcess;
import io.vmferry.lab.process.Nodes;
import io.vmferry.lab.process.OpenDescriptors;
import io.vmferry.lab.process.QmpClient;
import io.vmferry.lab.process.RealQemu;
import io.vmferry.machine.descriptor.Descriptor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Our daemons and a real QEMU over programs, pipes and inherited sockets, both ways: completed on
 * both sides, every byte the same, and no descriptor more than before.
 */
class RealQemuTransportIT {

    private static final int MEBIBYTES = 32;
    private static final long BYTES = (long) MEBIBYTES << 20;

    @TempDir Path directory;
    private Path image;
    private Path fifo;

    @BeforeEach
    void content() throws Exception {
        image = directory.resolve("ram.img");
        byte[] bytes = new byte[(int) BYTES];
        SplittableRandom random = new SplittableRandom(11);
        for (int at = 0; at < bytes.length; at += 3 << 12) {
            byte[] page = new byte[1 << 12];
            random.nextBytes(page);
            System.arraycopy(page, 0, bytes, at, Math.min(page.length, bytes.length - at));
        }
        Files.write(image, bytes);
        fifo = directory.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
    }

    private ChildProcess ours(String version, String script, String... options) throws IOException {
        return ChildProcess.start(directory, "ours", command(version, script, options));
    }

    private List<String> command(String version, String script, String... options) {
        List<String> command = new ArrayList<>();
        command.add(Nodes.scripts().resolve(script).toString());
        command.addAll(List.of("--machine", "none", "--profile", "qemu-" + version));
        command.addAll(List.of("--memory", MEBIBYTES + "M", "--capability", "events"));
        command.addAll(List.of("--qmp", "unix:" + monitor()));
        command.addAll(List.of(options));
        return command;
    }

    private Path monitor() {
        return directory.resolve("ours.qmp");
    }

    private static RealQemu real(String version) throws Exception {
        Optional<RealQemu> found = RealQemu.of(version);
        assumeTrue(found.isPresent(), "QEMU " + version + " is not installed");
        return found.get();
    }

    private Path qemuMonitor() {
        return directory.resolve("qemu.qmp");
    }

    private ChildProcess full(RealQemu real) throws Exception {
        return real.start(directory, MEBIBYTES, qemuMonitor(), Optional.of(image));
    }

    private ChildProcess empty(RealQemu real) throws Exception {
        return real.start(
                directory, MEBIBYTES, qemuMonitor(), Optional.empty(), "-incoming", "defer");
    }

    private static void capability(QmpClient client, String name) throws InterruptedException {
        client.execute(
                "migrate-set-capabilities",
                "{\"capabilities\": [{\"capability\": \"%s\", \"state\": true}]}".formatted(name));
    }

    private void compare(QmpClient destination) throws Exception {
        Path arrived = destination.saveMemory(directory.resolve("arrived.img"), BYTES);
        assertThat(Files.mismatch(image, arrived))
                .as("first byte in which the RAM of both sides differs")
                .isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"7.2", "11.1"})
    void fromQemuToOursThroughPrograms(String version) throws Exception {
        RealQemu real = real(version);
        try (ChildProcess qemu = full(real);
                ChildProcess ours = ours(version, "dest-node", "--incoming", "exec:cat " + fifo);
                QmpClient source = QmpClient.connect(qemu, qemuMonitor());
                QmpClient destination = QmpClient.connect(ours, monitor())) {
            ours.awaitLine(Pattern.compile("listening on .*"));
            OpenDescriptors during = OpenDescriptors.of(ours);
            capability(source, "events");
            source.execute("migrate", "{\"uri\": \"exec:cat > %s\"}".formatted(fifo));
            destination.awaitMigration("completed");
            source.awaitMigration("completed");
            compare(destination);
            // the two pipes to the program
            during.awaitMore(-2, () -> destination.execute("query-status"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"7.2", "11.1"})
    void fromOursToQemuThroughPrograms(String version) throws Exception {
        RealQemu real = real(version);
        try (ChildProcess qemu = empty(real);
                ChildProcess ours =
                        ours(version, "source-node", "--memory-image", image.toString());
                QmpClient destination = QmpClient.connect(qemu, qemuMonitor());
                QmpClient source = QmpClient.connect(ours, monitor())) {
            capability(destination, "events");
            OpenDescriptors before = OpenDescriptors.of(ours);
            destination.execute("migrate-incoming", "{\"uri\": \"exec:cat %s\"}".formatted(fifo));
            source.execute("migrate", "{\"uri\": \"exec:cat > %s\"}".formatted(fifo));
            source.awaitMigration("completed");
            destination.awaitMigration("completed");
            compare(destination);
            before.awaitSame(() -> source.execute("query-status"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"7.2", "11.1"})
    void fromOursToQemuThroughAPipe(String version) throws Exception {
        RealQemu real = real(version);
        try (ChildProcess qemu = empty(real);
                QmpClient destination = QmpClient.connect(qemu, qemuMonitor())) {
            capability(destination, "events");
            destination.execute("migrate-incoming", "{\"uri\": \"exec:cat %s\"}".formatted(fifo));
            List<String> shell = new ArrayList<>();
            shell.addAll(List.of("bash", "-c", "exec 7>\"$0\" \"$@\"", fifo.toString()));
            shell.addAll(
                    command(
                            version,
                            "source-node",
                            "--memory-image",
                            image.toString(),
                            "--migrate",
                            "fd:7"));
            try (ChildProcess ours = ChildProcess.start(directory, "ours", shell);
                    QmpClient source = QmpClient.connect(ours, monitor())) {
                destination.awaitMigration("completed");
                compare(destination);
                assertThat(source.execute("query-migrate").at("/status").asText())
                        .isEqualTo("completed");
                awaitClosed(ours, source);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"7.2", "11.1"})
    void fromQemuToOursThroughAPipe(String version) throws Exception {
        RealQemu real = real(version);
        List<String> shell = new ArrayList<>();
        shell.addAll(List.of("bash", "-c", "exec 7<\"$0\" \"$@\"", fifo.toString()));
        shell.addAll(command(version, "dest-node", "--incoming", "defer"));
        try (ChildProcess qemu = full(real);
                ChildProcess ours = ChildProcess.start(directory, "ours", shell);
                QmpClient source = QmpClient.connect(qemu, qemuMonitor())) {
            capability(source, "events");
            source.execute("migrate", "{\"uri\": \"exec:cat > %s\"}".formatted(fifo));
            try (QmpClient destination = QmpClient.connect(ours, monitor())) {
                destination.execute("migrate-incoming", "{\"uri\": \"fd:7\"}");
                destination.awaitMigration("completed");
                source.awaitMigration("completed");
                compare(destination);
                awaitClosed(ours, destination);
            }
        }
    }

    /** Waits until a daemon has closed what a shell had opened for it. */
    private static void awaitClosed(ChildProcess ours, QmpClient client) throws Exception {
        Path inherited = Path.of("/proc", Long.toString(ours.process().pid()), "fd", "7");
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (Files.exists(inherited) && System.nanoTime() < end) {
            client.execute("query-status");
        }
        assertThat(inherited).doesNotExist();
    }

    /** A socket that a shell has connected, with the return path in its other direction. */
    @ParameterizedTest
    @ValueSource(strings = {"7.2", "11.1"})
    void fromOursToQemuThroughAnInheritedSocket(String version) throws Exception {
        RealQemu real = real(version);
        try (ChildProcess qemu = empty(real);
                QmpClient destination = QmpClient.connect(qemu, qemuMonitor())) {
            capability(destination, "events");
            destination.execute("migrate-incoming", "{\"uri\": \"tcp:127.0.0.1:0\"}");
            String port =
                    destination.execute("query-migrate").at("/socket-address/0/port").asText();
            List<String> shell = new ArrayList<>();
            shell.addAll(List.of("bash", "-c", "exec 7<>/dev/tcp/127.0.0.1/\"$0\" \"$@\"", port));
            shell.addAll(
                    command(
                            version,
                            "source-node",
                            "--memory-image",
                            image.toString(),
                            "--return-path",
                            "inline",
                            "--migrate",
                            "fd:7"));
            try (ChildProcess ours = ChildProcess.start(directory, "ours", shell);
                    QmpClient source = QmpClient.connect(ours, monitor())) {
                destination.awaitMigration("completed");
                compare(destination);
                assertThat(source.execute("query-migrate").at("/status").asText())
                        .isEqualTo("completed");
                awaitClosed(ours, source);
            }
        }
    }

    /** The same at the destination, whose socket is connected before there is a source. */
    @ParameterizedTest
    @ValueSource(strings = {"7.2", "11.1"})
    void fromQemuToOursThroughAnInheritedSocket(String version) throws Exception {
        RealQemu real = real(version);
        Socket server = Socket.newSocketStream();
        server.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
        server.listen(1);
        List<String> shell = new ArrayList<>();
        shell.addAll(List.of("bash", "-c", "exec 7<>/dev/tcp/127.0.0.1/\"$0\" \"$@\""));
        shell.add(Integer.toString(server.localAddress().getPort()));
        shell.addAll(command(version, "dest-node", "--incoming", "fd:7"));
        try (ChildProcess _ = full(real);
                ChildProcess ours = ChildProcess.start(directory, "ours", shell);
                GivingClient source = GivingClient.connect(qemuMonitor());
                QmpClient destination = QmpClient.connect(ours, monitor())) {
            OpenDescriptors during = OpenDescriptors.of(ours);
            // the shell has connected it before it became our daemon
            source.give("peer", Descriptor.own(server.accept(new byte[50])));
            source.execute("migrate", "{\"uri\": \"fd:peer\"}", List.of());
            source.awaitMigration("completed");
            destination.awaitMigration("completed");
            compare(destination);
            // the inherited socket
            during.awaitMore(-1, () -> destination.execute("query-status"));
        } finally {
            server.close();
        }
    }
}
