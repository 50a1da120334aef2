package io.vmferry.lab.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.unix.Socket;
import io.vmferry.lab.process.ChildProcess;
import io.vmferry.lab.process.Nodes;
import io.vmferry.lab.process.OpenDescriptors;
import io.vmferry.lab.process.RealQemu;
import io.vmferry.machine.descriptor.Descriptor;
import io.vmferry.machine.descriptor.TestDescriptors;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
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
 * Our daemons and a real QEMU that a client gives both ends of one connection, with {@code getfd}
 * at the source and at the destination: every byte arrives, the names are free again, and no
 * descriptor is left open.
 */
class GivenDescriptorIT {

    private static final int MEBIBYTES = 16;
    private static final long BYTES = (long) MEBIBYTES << 20;

    @TempDir Path directory;
    private Path image;

    @BeforeEach
    void content() throws IOException {
        image = directory.resolve("ram.img");
        byte[] bytes = new byte[(int) BYTES];
        new SplittableRandom(3).nextBytes(bytes);
        Files.write(image, bytes);
    }

    private record Ends(Descriptor source, Descriptor destination) {

        static Ends of(String kind) throws IOException {
            return switch (kind) {
                case "socketpair" -> of(TestDescriptors.socketPair());
                case "pipe" -> {
                    List<Descriptor> ends = TestDescriptors.pipe();
                    yield new Ends(ends.getLast(), ends.getFirst());
                }
                case "tcp" -> tcp();
                default -> throw new IllegalArgumentException(kind);
            };
        }

        private static Ends of(List<Descriptor> ends) {
            return new Ends(ends.getFirst(), ends.getLast());
        }

        private static Ends tcp() throws IOException {
            Socket server = Socket.newSocketStream();
            server.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
            server.listen(1);
            Socket source = Socket.newSocketStream();
            source.connect(server.localAddress());
            byte[] peer = new byte[50];
            int destination;
            do {
                destination = server.accept(peer);
            } while (destination < 0);
            server.close();
            return new Ends(Descriptor.own(source.intValue()), Descriptor.own(destination));
        }
    }

    private ChildProcess ours(String version, String script, String... options) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Nodes.scripts().resolve(script).toString());
        command.addAll(List.of("--machine", "none", "--profile", "qemu-" + version));
        command.addAll(List.of("--memory", MEBIBYTES + "M", "--qmp", "unix:" + monitor("ours")));
        command.addAll(List.of(options));
        return ChildProcess.start(directory, "ours", command);
    }

    private Path monitor(String name) {
        return directory.resolve(name + ".qmp");
    }

    private static RealQemu real(String version) throws Exception {
        Optional<RealQemu> found = RealQemu.of(version);
        assumeTrue(found.isPresent(), "QEMU " + version + " is not installed");
        return found.get();
    }

    @ParameterizedTest
    @CsvSource({
        "7.2, socketpair",
        "7.2, tcp",
        "7.2, pipe",
        "11.1, socketpair",
        "11.1, tcp",
        "11.1, pipe"
    })
    void fromOursToQemu(String version, String kind) throws Exception {
        try (ChildProcess _ =
                        real(version)
                                .start(
                                        directory,
                                        MEBIBYTES,
                                        monitor("qemu"),
                                        Optional.empty(),
                                        "-incoming",
                                        "defer");
                ChildProcess ours =
                        ours(version, "source-node", "--memory-image", image.toString())) {
            ours.awaitFile(monitor("ours"));
            migrate(kind, ours, monitor("ours"), monitor("qemu"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "7.2, socketpair",
        "7.2, tcp",
        "7.2, pipe",
        "11.1, socketpair",
        "11.1, tcp",
        "11.1, pipe"
    })
    void fromQemuToOurs(String version, String kind) throws Exception {
        try (ChildProcess _ =
                        real(version)
                                .start(directory, MEBIBYTES, monitor("qemu"), Optional.of(image));
                ChildProcess ours = ours(version, "dest-node", "--incoming", "defer")) {
            ours.awaitFile(monitor("ours"));
            migrate(kind, ours, monitor("qemu"), monitor("ours"));
        }
    }

    /** QEMU's own test {@code /migration/precopy/fd/tcp}, with any kind of descriptor. */
    private void migrate(String kind, ChildProcess ours, Path from, Path to) throws Exception {
        try (GivingClient source = GivingClient.connect(from);
                GivingClient destination = GivingClient.connect(to)) {
            OpenDescriptors before = OpenDescriptors.of(ours);
            Ends ends = Ends.of(kind);
            destination.give("fd-mig", ends.destination());
            source.give("fd-mig", ends.source());
            before.awaitMore(1, () -> source.execute("query-status", "{}", List.of()));
            String name = "{\"uri\": \"fd:fd-mig\"}";
            assertThat(destination.execute("migrate-incoming", name, List.of())).hasToString("{}");
            assertThat(source.execute("migrate", name, List.of())).hasToString("{}");
            source.awaitMigration("completed");
            destination.awaitMigration("completed");

            for (GivingClient client : List.of(source, destination)) {
                assertThat(
                                client.execute("closefd", "{\"fdname\": \"fd-mig\"}", List.of())
                                        .asText())
                        .isEqualTo("File descriptor named 'fd-mig' not found");
            }
            before.awaitSame(() -> source.execute("query-status", "{}", List.of()));
            Path arrived = directory.resolve("arrived.img");
            destination.execute(
                    "pmemsave",
                    "{\"val\": 0, \"size\": %d, \"filename\": \"%s\"}".formatted(BYTES, arrived),
                    List.of());
            assertThat(Files.mismatch(image, arrived)).isEqualTo(-1);
        }
    }

    private void add(GivingClient client, Path file, int flags) throws IOException {
        try (Descriptor descriptor = TestDescriptors.open(file, flags)) {
            client.execute("add-fd", "{\"fdset-id\": 1}", List.of(descriptor));
        }
    }

    /**
     * QEMU's own test {@code /migration/precopy/file/offset/fdset}: what stands before the offset
     * stays, and the sets are empty afterwards.
     */
    @ParameterizedTest
    @CsvSource("11.1")
    void throughAFileThatIsAMemberOfASet(String version) throws Exception {
        Path stream = Files.writeString(directory.resolve("stream"), "header");
        String uri = "{\"uri\": \"file:/dev/fdset/1,offset=4096\"}";
        try (ChildProcess ours = ours(version, "source-node", "--memory-image", image.toString())) {
            ours.awaitFile(monitor("ours"));
            try (GivingClient source = GivingClient.connect(monitor("ours"))) {
                OpenDescriptors before = OpenDescriptors.of(ours);
                add(source, stream, Descriptor.O_WRONLY);
                assertThat(source.execute("migrate", uri, List.of())).hasToString("{}");
                source.awaitMigration("completed");
                source.execute("remove-fd", "{\"fdset-id\": 1}", List.of());
                assertThat(source.execute("query-fdsets", "{}", List.of())).hasToString("[]");
                before.awaitSame(() -> source.execute("query-status", "{}", List.of()));
            }
        }
        try (ChildProcess _ =
                        real(version)
                                .start(
                                        directory,
                                        MEBIBYTES,
                                        monitor("qemu"),
                                        Optional.empty(),
                                        "-incoming",
                                        "defer");
                GivingClient destination = GivingClient.connect(monitor("qemu"))) {
            add(destination, stream, Descriptor.O_RDONLY);
            assertThat(destination.execute("migrate-incoming", uri, List.of())).hasToString("{}");
            destination.awaitMigration("completed");
            assertThat(Files.readString(stream, StandardCharsets.ISO_8859_1)).startsWith("header");
        }
    }
}
