package io.vmferry.lab.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.vmferry.lab.process.ChildProcess;
import io.vmferry.lab.process.Nodes;
import io.vmferry.lab.process.OpenDescriptors;
import io.vmferry.lab.process.RealQemu;
import io.vmferry.machine.descriptor.Descriptor;
import io.vmferry.machine.descriptor.TestDescriptors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The argument {@code channels} in all of its forms, between our daemons and a real QEMU: every
 * byte arrives, and no descriptor is left open. QEMU's own tests of that name have {@code inet}
 * alone, with and without multifd.
 */
class RealQemuChannelsIT {

    private static final String VERSION = "11.1";
    private static final int MEBIBYTES = 16;
    private static final long BYTES = (long) MEBIBYTES << 20;

    @TempDir Path directory;
    private Path image;
    private Path fifo;

    @BeforeEach
    void content() throws Exception {
        image = directory.resolve("ram.img");
        byte[] bytes = new byte[(int) BYTES];
        new SplittableRandom(5).nextBytes(bytes);
        Files.write(image, bytes);
        fifo = directory.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
    }

    private ChildProcess ours(String script, String... options) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Nodes.scripts().resolve(script).toString());
        command.addAll(List.of("--machine", "none", "--profile", "qemu-" + VERSION));
        command.addAll(List.of("--memory", MEBIBYTES + "M", "--qmp", "unix:" + monitor("ours")));
        command.addAll(List.of(options));
        ChildProcess process = ChildProcess.start(directory, "ours", command);
        process.awaitFile(monitor("ours"));
        return process;
    }

    private ChildProcess qemu(Optional<Path> content, String... options) throws Exception {
        Optional<RealQemu> found = RealQemu.of(VERSION);
        assumeTrue(found.isPresent(), "QEMU " + VERSION + " is not installed");
        return found.get().start(directory, MEBIBYTES, monitor("qemu"), content, options);
    }

    private Path monitor(String name) {
        return directory.resolve(name + ".qmp");
    }

    @ParameterizedTest
    @CsvSource({"inet", "unix", "abstract", "padded", "fd", "exec", "file", "multifd"})
    void fromOursToQemu(String kind) throws Exception {
        try (ChildProcess _ = qemu(Optional.empty(), "-incoming", "defer");
                ChildProcess ours = ours("source-node", "--memory-image", image.toString())) {
            migrate(kind, ours, "ours", "qemu");
        }
    }

    @ParameterizedTest
    @CsvSource({"inet", "unix", "abstract", "padded", "fd", "exec", "file", "multifd"})
    void fromQemuToOurs(String kind) throws Exception {
        try (ChildProcess _ = qemu(Optional.of(image));
                ChildProcess ours = ours("dest-node", "--incoming", "defer")) {
            migrate(kind, ours, "qemu", "ours");
        }
    }

    private void migrate(String kind, ChildProcess ours, String from, String to) throws Exception {
        try (GivingClient source = GivingClient.connect(monitor(from));
                GivingClient destination = GivingClient.connect(monitor(to))) {
            OpenDescriptors before = OpenDescriptors.of(ours);
            if (kind.equals("multifd")) {
                multifd(source);
                multifd(destination);
            }
            if (kind.equals("file")) {
                run(source, "migrate", outgoing(kind, ""));
                source.awaitMigration("completed");
                run(destination, "migrate-incoming", incoming(kind));
            } else {
                if (kind.equals("fd")) {
                    List<Descriptor> pair = TestDescriptors.socketPair();
                    source.give("mig", pair.getFirst());
                    destination.give("mig", pair.getLast());
                }
                run(destination, "migrate-incoming", incoming(kind));
                run(source, "migrate", outgoing(kind, port(destination)));
                source.awaitMigration("completed");
            }
            destination.awaitMigration("completed");
            GivingClient mine = from.equals("ours") ? source : destination;
            before.awaitSame(() -> mine.execute("query-status", "{}", List.of()));
            Path arrived = directory.resolve("arrived.img");
            destination.execute(
                    "pmemsave",
                    "{\"val\": 0, \"size\": %d, \"filename\": \"%s\"}".formatted(BYTES, arrived),
                    List.of());
            assertThat(Files.mismatch(image, arrived)).isEqualTo(-1);
        }
    }

    private static void multifd(GivingClient client) throws IOException {
        String on = "{\"capabilities\": [{\"capability\": \"multifd\", \"state\": true}]}";
        assertThat(client.execute("migrate-set-capabilities", on, List.of())).hasToString("{}");
    }

    private static String port(GivingClient destination) throws IOException {
        JsonNode report = destination.execute("query-migrate", "{}", List.of());
        return report.at("/socket-address/0/port").asText();
    }

    private static void run(GivingClient client, String command, String address)
            throws IOException {
        String channels =
                "{\"channels\": [{\"channel-type\": \"main\", \"addr\": %s}]}".formatted(address);
        assertThat(client.execute(command, channels, List.of())).hasToString("{}");
    }

    private String incoming(String kind) {
        return switch (kind) {
            case "inet", "multifd" -> inet("0");
            case "exec" -> exec("exec cat " + fifo);
            default -> outgoing(kind, "");
        };
    }

    private String outgoing(String kind, String port) {
        return switch (kind) {
            case "inet", "multifd" -> inet(port);
            case "unix" -> unix(directory.resolve("socket").toString(), "");
            case "abstract" -> unix(name(), ", \"abstract\": true");
            case "padded" -> unix(name(), ", \"abstract\": true, \"tight\": false");
            case "fd" -> "{\"transport\": \"socket\", \"type\": \"fd\", \"str\": \"mig\"}";
            case "exec" -> exec("exec cat > " + fifo);
            case "file" ->
                    "{\"transport\": \"file\", \"filename\": \"%s\", \"offset\": 4096}"
                            .formatted(stream());
            default -> throw new IllegalArgumentException(kind);
        };
    }

    private Path stream() {
        return directory.resolve("stream");
    }

    private String name() {
        return "vmferry" + directory.getFileName();
    }

    private static String inet(String port) {
        return "{\"transport\": \"socket\", \"type\": \"inet\", \"host\": \"127.0.0.1\", \"port\": \"%s\"}"
                .formatted(port);
    }

    private static String unix(String path, String more) {
        return "{\"transport\": \"socket\", \"type\": \"unix\", \"path\": \"%s\"%s}"
                .formatted(path, more);
    }

    private static String exec(String command) {
        return "{\"transport\": \"exec\", \"args\": [\"/bin/sh\", \"-c\", \"%s\"]}"
                .formatted(command);
    }
}
