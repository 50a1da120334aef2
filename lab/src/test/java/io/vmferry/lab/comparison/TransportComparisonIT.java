package io.vmferry.lab.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import io.vmferry.lab.process.ChildProcess;
import io.vmferry.lab.process.Nodes;
import io.vmferry.lab.process.OpenDescriptors;
import io.vmferry.lab.process.QmpClient;
import io.vmferry.lab.process.RealQemu;
import io.vmferry.machine.commands.DescriptorClient;
import io.vmferry.machine.descriptor.Descriptor;
import io.vmferry.machine.descriptor.TestDescriptors;
import io.vmferry.protocol.profile.Profile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What becomes of a migration over a descriptor, a program or a file that is not what it should be:
 * replies, statuses, the guest and the name of the descriptor are compared with real QEMUs, and our
 * descriptors are counted. The text of an error-desc is our own.
 */
class TransportComparisonIT {

    /** More than fits into any pipe, so that whoever does not read is noticed. */
    private static final int CONTENT_BYTES = 4 << 20;

    private static final String[] OUTGOING = {
        "fd:directory",
        "fd:device",
        "fd:none",
        "fd:77",
        "fd:7x",
        "fd:wrong-end",
        "fd:no-reader",
        "fd:no-peer",
        "fd:listening",
        "fd:unconnected",
        "exec:exit 3",
        "exec:/nosuch",
        "exec:head -c 100000 >/dev/null; exit 3",
        "exec:cat >/dev/null; exit 3",
        "exec:cat >/dev/null; head -c 200000 /dev/zero >&2",
        "vsock:3:1234",
        "vsock:x:1234",
        "vsock:3:y",
        "+file:/dev/fdset/9",
        "+file:/dev/fdset/x",
        "+file:/tmp",
        "+{'transport':'exec','args':['/nosuch','a']}",
        "+{'transport':'exec','args':['nosuch']}",
        "+{'transport':'socket','type':'fd','str':'none'}",
        "+{'transport':'socket','type':'unix','path':'nobody','abstract':true}",
        "+{'transport':'socket','type':'unix','path':'/nobody','tight':true}",
        "+{'transport':'socket','type':'unix','path':'nobody','abstract':true,'tight':false}"
    };

    /** With a return path, which has nowhere to come from. */
    private static final String[] UNANSWERED = {
        "fd:drained", "+file:%s", "+exec:exec >&-; exec cat >/dev/null"
    };

    private static final String[] INCOMING = {
        "fd:directory",
        "fd:none",
        "fd:7x",
        "fd:junk",
        "fd:cut",
        "exec:echo junkjunkjunk",
        "exec:head -c 300000 /dev/zero >&2; echo junkjunkjunk",
        "+file:/dev/fdset/9",
        "+file:/dev/fdset/x"
    };

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    @TempDir Path directory;

    private Path image;
    private int sockets;

    @BeforeEach
    void content() throws IOException {
        byte[] bytes = new byte[CONTENT_BYTES];
        new SplittableRandom(7).nextBytes(bytes);
        image = Files.write(directory.resolve("image"), bytes);
    }

    private static RealQemu real(Profile profile) throws Exception {
        Optional<RealQemu> qemu = RealQemu.of(profile);
        assumeTrue(
                qemu.isPresent(),
                "no real " + profile.text() + " here; scripts/real-qemu installs some");
        return qemu.get();
    }

    /** The addresses that a version has. */
    private static List<String> known(Profile profile, String... addresses) {
        return Arrays.stream(addresses)
                .filter(address -> profile != Profile.QEMU_7_2 || !address.startsWith("+"))
                .map(address -> address.replaceFirst("^\\+", ""))
                .toList();
    }

    // ---- a source

    @ParameterizedTest
    @CsvSource({"QEMU_7_2", "QEMU_10_0", "QEMU_11_1"})
    void aSourceFailsAndGoesOnAsThatQemu(Profile profile) throws Exception {
        compareSources(profile, known(profile, OUTGOING), false);
    }

    @ParameterizedTest
    @CsvSource({"QEMU_7_2", "QEMU_10_0", "QEMU_11_1"})
    void aReturnPathThatHasNowhereToComeFromIsMissedAsByThatQemu(Profile profile) throws Exception {
        List<String> addresses =
                known(profile, UNANSWERED).stream()
                        .map(address -> address.formatted(directory.resolve("stream")))
                        .toList();
        compareSources(profile, addresses, true);
    }

    private void compareSources(Profile profile, List<String> addresses, boolean returnPath)
            throws Exception {
        List<String> theirs;
        Path monitor = directory.resolve("qemu.qmp");
        try (ChildProcess _ =
                real(profile).start(directory, CONTENT_BYTES >> 20, monitor, Optional.of(image))) {
            try (DescriptorClient client = new DescriptorClient(monitor)) {
                theirs = sent(client, addresses, returnPath);
            }
        }
        Path our = directory.resolve("our.qmp");
        try (ChildProcess process =
                Nodes.source(
                        directory,
                        "ours",
                        options(profile, our, "--memory-image", image.toString()))) {
            QmpClient.connect(process, our).close();
            try (DescriptorClient client = new DescriptorClient(our)) {
                OpenDescriptors before = OpenDescriptors.of(process);
                assertThat(sent(client, addresses, returnPath)).isEqualTo(theirs);
                before.awaitSame(() -> client.ask("{'execute':'query-status'}"));
            }
        }
    }

    private static String[] options(Profile profile, Path monitor, String... more) {
        List<String> options = new ArrayList<>();
        options.addAll(List.of("--as-qemu", "--machine", "none", "--memory"));
        options.addAll(List.of((CONTENT_BYTES >> 20) + "M", "--profile", profile.text()));
        options.addAll(List.of("--qmp", "unix:" + monitor));
        options.addAll(List.of(more));
        return options.toArray(String[]::new);
    }

    private List<String> sent(DescriptorClient client, List<String> addresses, boolean returnPath)
            throws Exception {
        if (returnPath) {
            client.ask(
                    "{'execute':'migrate-set-capabilities','arguments':{'capabilities':"
                            + "[{'capability':'return-path','state':true}]}}");
        }
        List<String> heard = new ArrayList<>();
        for (String address : addresses) {
            heard.add(address + ": " + sent(client, address));
        }
        return heard;
    }

    private String sent(DescriptorClient client, String address) throws Exception {
        List<Descriptor> kept = give(client, address);
        String reply = client.ask(command("migrate", address));
        JsonNode report = settled(client);
        String runState =
                JSON.readTree(client.ask("{'execute':'query-status'}")).path("status").asText();
        if (runState.equals("postmigrate")) {
            client.ask("{'execute':'cont'}");
        }
        kept.forEach(Descriptor::close);
        return "%s, %s%s, %s, %s"
                .formatted(
                        reply,
                        report.path("status").asText(),
                        report.has("error-desc") ? " with an error" : "",
                        runState,
                        client.ask("{'execute':'closefd','arguments':{'fdname':'given'}}"));
    }

    private static JsonNode settled(DescriptorClient client) throws IOException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        JsonNode report;
        do {
            report = JSON.readTree(client.ask("{'execute':'query-migrate'}"));
            assertThat(System.nanoTime()).as("still: %s", report).isLessThan(end);
        } while (!List.of("failed", "completed").contains(report.path("status").asText()));
        return report;
    }

    private static String command(String name, String address) {
        String arguments =
                address.startsWith("{")
                        ? "'channels':[{'channel-type':'main','addr':%s}]".formatted(address)
                        : "'uri':'%s'".formatted(isGiven(address) ? "fd:given" : address);
        return "{'execute':'%s','arguments':{%s}}".formatted(name, arguments);
    }

    private static boolean isGiven(String address) {
        return address.startsWith("fd:") && !address.matches("fd:(none|[0-9].*)");
    }

    /** Gives the descriptor that an address stands for; returns what has to stay open. */
    private List<Descriptor> give(DescriptorClient client, String address) throws IOException {
        if (!isGiven(address)) {
            return List.of();
        }
        List<Descriptor> ends = ends(address.substring("fd:".length()));
        Descriptor given = ends.getFirst();
        client.ask("{'execute':'getfd','arguments':{'fdname':'given'}}", given);
        given.close();
        return ends.subList(1, ends.size());
    }

    /** What is to be given, and then what is to stay open. */
    private List<Descriptor> ends(String kind) throws IOException {
        return switch (kind) {
            case "directory" -> List.of(TestDescriptors.open(directory, Descriptor.O_RDONLY));
            case "device" -> List.of(TestDescriptors.open(Path.of("/dev/null"), Descriptor.O_RDWR));
            case "wrong-end" -> TestDescriptors.pipe();
            case "no-reader", "drained" -> {
                List<Descriptor> pipe = TestDescriptors.pipe();
                if (kind.equals("drained")) {
                    drain(pipe.getFirst());
                } else {
                    pipe.getFirst().close();
                }
                yield List.of(pipe.getLast());
            }
            case "junk", "cut" -> {
                List<Descriptor> pipe = TestDescriptors.pipe();
                TestDescriptors.write(pipe.getLast(), kind.equals("cut") ? "QEVM" : "x".repeat(99));
                pipe.getLast().close();
                yield List.of(pipe.getFirst());
            }
            case "no-peer" -> {
                List<Descriptor> pair = TestDescriptors.socketPair();
                pair.getLast().close();
                yield List.of(pair.getFirst());
            }
            case "listening" -> {
                Socket socket = Socket.newSocketDomain();
                socket.bind(new DomainSocketAddress(directory.resolve("s" + sockets++).toString()));
                socket.listen(1);
                yield List.of(Descriptor.own(socket.intValue()));
            }
            case "unconnected" -> List.of(Descriptor.own(Socket.newSocketStream().intValue()));
            default -> throw new IllegalArgumentException(kind);
        };
    }

    private static void drain(Descriptor reading) {
        Thread.ofPlatform()
                .daemon()
                .start(() -> {
                    try (reading) {
                        while (!TestDescriptors.read(reading).isEmpty()) {
                            Thread.onSpinWait();
                        }
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                });
    }

    // ---- a destination

    @ParameterizedTest
    @CsvSource({"QEMU_7_2", "QEMU_11_1"})
    void aDestinationRefusesOrEndsAsThatQemu(Profile profile) throws Exception {
        RealQemu qemu = real(profile);
        List<String> theirs = new ArrayList<>();
        List<String> ours = new ArrayList<>();
        for (String address : known(profile, INCOMING)) {
            Path monitor = directory.resolve("qemu.qmp");
            try (ChildProcess process =
                    qemu.start(
                            directory,
                            CONTENT_BYTES >> 20,
                            monitor,
                            Optional.empty(),
                            "-incoming",
                            "defer")) {
                theirs.add(received(process, monitor, address));
            }
            Path our = directory.resolve("our.qmp");
            try (ChildProcess process =
                    Nodes.destination(
                            directory, "ours", options(profile, our, "--incoming", "defer"))) {
                QmpClient.connect(process, our).close();
                ours.add(received(process, our, address));
            }
        }
        assertThat(ours).isEqualTo(theirs);
    }

    private String received(ChildProcess process, Path monitor, String address) throws Exception {
        try (DescriptorClient client = new DescriptorClient(monitor)) {
            give(client, address).forEach(Descriptor::close);
            String reply = client.ask(command("migrate-incoming", address));
            if (!reply.equals("{}")) {
                return "%s: %s, %s".formatted(address, reply, statusOf(client));
            }
            return "%s: exits with %d".formatted(address, process.exitCode());
        } finally {
            Files.deleteIfExists(monitor);
        }
    }

    private static String statusOf(DescriptorClient client) throws IOException {
        return JSON.readTree(client.ask("{'execute':'query-migrate'}")).path("status").asText();
    }
}
