package io.vmferry.lab.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.lab.process.ChildProcess;
import io.vmferry.lab.process.Nodes;
import io.vmferry.lab.process.QmpClient;
import io.vmferry.lab.process.RealQemu;
import io.vmferry.machine.commands.DescriptorClient;
import io.vmferry.machine.commands.DescriptorClient.MonitorGoneException;
import io.vmferry.machine.descriptor.Descriptor;
import io.vmferry.machine.descriptor.TestDescriptors;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.profile.Trait;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A migration with a return path over a transport that has none: what becomes of it, and of the
 * guest on both sides, is compared with real QEMUs. 7.2 fails as soon as the return path ends, with
 * an error if it still had to write; later versions notice it at the end of the migration, when the
 * guest runs at the destination, and run it at the source again.
 */
class OneWayReturnPathIT {

    /** As many bytes as have to be read until only the last of a stream are left. */
    private static final int NEARLY_ALL = 4_203_100;

    /** SHUT 0 and SHUT 1, as a shell's printf has them in JSON. */
    private static final String SHUT = "printf " + "\\\\\\\\0%d".repeat(8);

    private static final String SUCCESS = SHUT.formatted(0, 1, 0, 4, 0, 0, 0, 0);
    private static final String FAILURE = SHUT.formatted(0, 1, 0, 4, 0, 0, 0, 1);
    private static final String READS = "; exec cat >/dev/null";
    private static final String READ_NEARLY_ALL = "head -c " + NEARLY_ALL + " >/dev/null; ";

    /** A program that has ended its output reads on later, so that the end is noticed before. */
    private static final String[] UNANSWERED = {
        "fd:drained",
        "+file:STREAM",
        "exec:exec >&-" + READS,
        "exec:exec >&-; cat >/dev/null; exit 3",
        "exec:head -c 2000000 >/dev/null; exec >&-; sleep 1" + READS,
        "exec:" + READ_NEARLY_ALL + "exec >&-" + READS,
        "exec:echo junkjunkjunk" + READS,
        "exec:" + READ_NEARLY_ALL + "echo junkjunkjunk" + READS,
        "exec:" + FAILURE + READS,
        "exec:" + READ_NEARLY_ALL + FAILURE + READS,
        "exec:" + READ_NEARLY_ALL + SUCCESS + READS
    };

    @TempDir Path directory;

    @ParameterizedTest
    @CsvSource({"QEMU_7_2", "QEMU_10_0", "QEMU_11_1"})
    void aReturnPathThatEndsOrIsWrongIsMissedAsByThatQemu(Profile profile) throws Exception {
        RealQemu real = ComparedSources.real(profile);
        List<String> tried =
                ComparedAddresses.known(profile, UNANSWERED).stream()
                        .map(address ->
                                address.replace("STREAM", directory.resolve("f").toString()))
                        .toList();
        new ComparedSources(profile, directory).compare(real, tried, true);
    }

    // ---- both sides

    @ParameterizedTest
    @CsvSource({
        "QEMU_7_2, exec",
        "QEMU_7_2, pipe",
        "QEMU_10_0, exec",
        "QEMU_10_0, pipe",
        "QEMU_10_0, junk",
        "QEMU_10_0, refusal",
        "QEMU_11_1, exec",
        "QEMU_11_1, pipe",
        "QEMU_11_1, junk",
        "QEMU_11_1, refusal"
    })
    void bothSidesEndAsThoseOfThatQemu(Profile profile, String kind) throws Exception {
        RealQemu real = ComparedSources.real(profile);
        ComparedSources sources = new ComparedSources(profile, directory);
        Path fifo = directory.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
        String theirs;
        Path monitor = sources.monitor("qemu-destination");
        try (ChildProcess _ = sources.qemu(real);
                ChildProcess destination =
                        real.start(directory, 4, monitor, Optional.empty(), "-incoming", "defer")) {
            theirs = migrated(profile, kind, sources.monitor("qemu"), destination, monitor);
        }
        Path our = sources.monitor("our-destination");
        try (ChildProcess _ = sources.ours("ours");
                ChildProcess destination =
                        Nodes.destination(
                                directory,
                                "our-destination",
                                ComparedSources.options(profile, our, "--incoming", "defer"))) {
            QmpClient.connect(destination, our).close();
            assertThat(migrated(profile, kind, sources.monitor("ours"), destination, our))
                    .isEqualTo(theirs);
        }
    }

    private String migrated(Profile profile, String kind, Path from, ChildProcess process, Path to)
            throws Exception {
        try (DescriptorClient source = new DescriptorClient(from);
                DescriptorClient destination = new DescriptorClient(to)) {
            ComparedSources.returnPath(source);
            boolean pipe = kind.equals("pipe");
            if (pipe) {
                List<Descriptor> ends = TestDescriptors.pipe();
                give(destination, ends.getFirst());
                give(source, ends.getLast());
            }
            String fifo = directory.resolve("fifo").toString();
            String in = pipe ? "fd:given" : "exec:exec cat " + fifo;
            String out = pipe ? "fd:given" : "exec:" + said(kind) + "exec cat >" + fifo;
            return "%s, %s, source: %s, destination: %s"
                    .formatted(
                            destination.ask(command("migrate-incoming", in)),
                            source.ask(command("migrate", out)),
                            ComparedSources.settled(source),
                            arrived(profile, process, destination));
        }
    }

    /** What the program at the source answers before it passes the stream on. */
    private static String said(String kind) {
        return switch (kind) {
            case "junk" -> "echo junkjunkjunk; ";
            case "refusal" -> FAILURE + "; ";
            default -> "";
        };
    }

    private static String command(String name, String uri) {
        return "{'execute':'%s','arguments':{'uri':'%s'}}".formatted(name, uri);
    }

    private static void give(DescriptorClient client, Descriptor descriptor) throws IOException {
        try (descriptor) {
            client.ask("{'execute':'getfd','arguments':{'fdname':'given'}}", descriptor);
        }
    }

    /**
     * What has come to the destination: of 7.2 nothing that could run, and whether the process has
     * ended by it depends on whether a byte had left before the source failed.
     */
    private static String arrived(Profile profile, ChildProcess process, DescriptorClient client)
            throws Exception {
        if (profile.has(Trait.RETURN_PATH_ERROR_LATE)) {
            return ComparedSources.settled(client);
        }
        try {
            return ComparedSources.runState(client).equals("inmigrate") ? "none" : "a guest";
        } catch (MonitorGoneException gone) {
            return process.exitCode() == 1 ? "none" : gone.toString();
        }
    }
}
