package io.vmferry.lab.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vmferry.lab.process.ChildProcess;
import io.vmferry.lab.process.Nodes;
import io.vmferry.lab.process.OpenDescriptors;
import io.vmferry.lab.process.QmpClient;
import io.vmferry.lab.process.RealQemu;
import io.vmferry.machine.commands.DescriptorClient;
import io.vmferry.machine.commands.DescriptorClient.MonitorGoneException;
import io.vmferry.machine.descriptor.Descriptor;
import io.vmferry.protocol.profile.Profile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * Sources of one profile, a real QEMU and our daemon, that migrate over each of some addresses: a
 * line says what a client has seen of one. The text of an error-desc is our own and is left out.
 */
final class ComparedSources {

    /** More than fits into any pipe, so that whoever does not read is noticed. */
    static final int CONTENT_BYTES = 4 << 20;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private static final int MOST_CRASHES = 3;

    /** The exit code after SIGSEGV. */
    private static final int SEGMENTATION_FAULT = 139;

    private final Profile profile;
    private final Path directory;
    private final Path image;
    private final ComparedAddresses addresses;

    ComparedSources(Profile profile, Path directory) throws IOException {
        this.profile = profile;
        this.directory = directory;
        this.addresses = new ComparedAddresses(directory);
        byte[] bytes = new byte[CONTENT_BYTES];
        new SplittableRandom(7).nextBytes(bytes);
        image = Files.write(directory.resolve("image"), bytes);
    }

    /** The real one of a profile; without it the test is skipped. */
    static RealQemu real(Profile profile) throws Exception {
        Optional<RealQemu> qemu = RealQemu.of(profile);
        assumeTrue(
                qemu.isPresent(),
                "no real " + profile.text() + " here; scripts/real-qemu installs some");
        return qemu.get();
    }

    /** The monitor of each. */
    Path monitor(String name) {
        return directory.resolve(name + ".qmp");
    }

    /** Starts the real one, whose monitor is called {@code qemu}. */
    ChildProcess qemu(RealQemu qemu) throws Exception {
        return qemu.start(directory, CONTENT_BYTES >> 20, monitor("qemu"), Optional.of(image));
    }

    /** Starts ours, whose monitor has its name. */
    ChildProcess ours(String name) throws Exception {
        ChildProcess process =
                Nodes.source(
                        directory,
                        name,
                        options(profile, monitor(name), "--memory-image", image.toString()));
        QmpClient.connect(process, monitor(name)).close();
        return process;
    }

    /** The options of a daemon that is to be compared. */
    static String[] options(Profile profile, Path monitor, String... more) {
        List<String> options = new ArrayList<>();
        options.addAll(List.of("--as-qemu", "--machine", "none", "--memory"));
        options.addAll(List.of((CONTENT_BYTES >> 20) + "M", "--profile", profile.text()));
        options.addAll(List.of("--qmp", "unix:" + monitor));
        options.addAll(List.of(more));
        return options.toArray(String[]::new);
    }

    /** Compares them, and counts our descriptors. */
    void compare(RealQemu real, List<String> tried, boolean returnPath) throws Exception {
        List<String> theirs = sentByQemu(real, tried, returnPath, MOST_CRASHES);
        try (ChildProcess process = ours("ours");
                DescriptorClient client = new DescriptorClient(monitor("ours"))) {
            OpenDescriptors before = OpenDescriptors.of(process);
            assertThat(sent(client, tried, returnPath)).isEqualTo(theirs);
            before.awaitSame(() -> client.ask("{'execute':'query-status'}"));
        }
    }

    /** QEMU 10.0 dies now and then of a migration that fails; then it is asked once more. */
    private List<String> sentByQemu(
            RealQemu real, List<String> tried, boolean returnPath, int mostCrashes)
            throws Exception {
        try (ChildProcess process = qemu(real)) {
            try (DescriptorClient client = new DescriptorClient(monitor("qemu"))) {
                return sent(client, tried, returnPath);
            } catch (MonitorGoneException e) {
                if (mostCrashes == 0 || process.exitCode() != SEGMENTATION_FAULT) {
                    throw e;
                }
            }
        }
        return sentByQemu(real, tried, returnPath, mostCrashes - 1);
    }

    private List<String> sent(DescriptorClient client, List<String> tried, boolean returnPath)
            throws Exception {
        if (returnPath) {
            returnPath(client);
        }
        List<String> heard = new ArrayList<>();
        for (String address : tried) {
            heard.add(address + ": " + sent(client, address));
        }
        return heard;
    }

    /** Switches the return path on. */
    static void returnPath(DescriptorClient client) throws IOException {
        client.ask(
                "{'execute':'migrate-set-capabilities','arguments':{'capabilities':"
                        + "[{'capability':'return-path','state':true}]}}");
    }

    private String sent(DescriptorClient client, String address) throws Exception {
        List<Descriptor> kept = addresses.give(client, address);
        String reply = client.ask(ComparedAddresses.command("migrate", address));
        String seen = settled(client);
        kept.forEach(Descriptor::close);
        return "%s, %s, %s"
                .formatted(
                        reply,
                        seen,
                        client.ask("{'execute':'closefd','arguments':{'fdname':'given'}}"));
    }

    /** Waits for the end of a migration and lets the guest go on; what was seen. */
    static String settled(DescriptorClient client) throws IOException {
        JsonNode report = end(client);
        String runState;
        do {
            // a QEMU says that it has completed a moment before its guest's state says so
            runState = runState(client);
        } while (runState.equals("finish-migrate"));
        if (runState.equals("postmigrate")) {
            client.ask("{'execute':'cont'}");
        }
        return "%s%s, %s"
                .formatted(
                        report.path("status").asText(),
                        report.has("error-desc") ? " with an error" : "",
                        runState);
    }

    /** Waits for the end of a migration that fails; what was seen, and why. */
    static String settledWithError(DescriptorClient client) throws IOException {
        String error = end(client).path("error-desc").asText("no error");
        return settled(client) + ": " + error;
    }

    /** The run state of the guest. */
    static String runState(DescriptorClient client) throws IOException {
        return JSON.readTree(client.ask("{'execute':'query-status'}")).path("status").asText();
    }

    private static JsonNode end(DescriptorClient client) throws IOException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        JsonNode report;
        do {
            report = JSON.readTree(client.ask("{'execute':'query-migrate'}"));
            assertThat(System.nanoTime()).as("still: %s", report).isLessThan(end);
        } while (!List.of("failed", "completed").contains(report.path("status").asText()));
        return report;
    }
}
