package io.vmferry.lab.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.vmferry.lab.process.ChildProcess;
import io.vmferry.lab.process.Nodes;
import io.vmferry.lab.process.Qemu;
import io.vmferry.lab.process.QmpClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Postcopy with a real QEMU, both ways: pages that are looked at before they are there are asked
 * for, and in the end every byte is the same.
 */
class RealQemuPostcopyIT {

    private static final int MEBIBYTES = 64;
    private static final int BYTES = MEBIBYTES << 20;

    /** So slow that no page comes by itself before it is looked at. */
    private static final long SLOW_BYTES_PER_SECOND = 4 << 20;

    /** Far behind what has come by then. */
    private static final int LOOKED_AT = 60 << 20;

    private static final int LOOKED_AT_BYTES = 1 << 20;

    @TempDir Path directory;
    private Path image;
    private byte[] content;
    private String address;
    private boolean preempt;

    @BeforeAll
    static void needsQemu() {
        assumeTrue(Qemu.installed(), "qemu-system-x86_64 is not installed");
    }

    @BeforeEach
    void content() throws IOException {
        image = directory.resolve("ram.img");
        address = "unix:" + directory.resolve("migrate");
        content = new byte[BYTES];
        new SplittableRandom(13).nextBytes(content);
        // and some zeros, in what is looked at as well
        Arrays.fill(content, LOOKED_AT - (1 << 20), LOOKED_AT + 8192, (byte) 0);
        Files.write(image, content);
    }

    @ParameterizedTest(name = "preempt: {0}")
    @ValueSource(booleans = {false, true})
    void fromQemuToOurs(boolean preempts) throws Exception {
        preempt = preempts;
        try (ChildProcess qemu = Qemu.withImage(directory, "qemu", MEBIBYTES, image);
                ChildProcess ours =
                        Nodes.destination(
                                directory, "ours", ours("--incoming", address, capabilities()));
                QmpClient source = QmpClient.connect(qemu, Qemu.monitor(directory, "qemu"));
                QmpClient destination = QmpClient.connect(ours, ourMonitor())) {
            prepare(source);
            moves(source, destination);
            destination.execute("quit");
            assertThat(ours.exitCode()).as(ours.stderr()).isZero();
        }
    }

    @ParameterizedTest(name = "preempt: {0}")
    @ValueSource(booleans = {false, true})
    void fromOursToQemu(boolean preempts) throws Exception {
        preempt = preempts;
        String[] options =
                ours("--memory-image", image.toString(), "--return-path inline " + capabilities());
        try (ChildProcess qemu = Qemu.empty(directory, "qemu", MEBIBYTES, "-incoming", "defer");
                ChildProcess ours = Nodes.source(directory, "ours", options);
                QmpClient destination = QmpClient.connect(qemu, Qemu.monitor(directory, "qemu"));
                QmpClient source = QmpClient.connect(ours, ourMonitor())) {
            prepare(destination);
            destination.execute("migrate-incoming", "{\"uri\": \"" + address + "\"}");
            moves(source, destination);
            source.execute("quit");
            assertThat(ours.exitCode()).as(ours.stderr()).isZero();
        }
    }

    private Path ourMonitor() {
        return directory.resolve("ours.qmp");
    }

    private String[] ours(String option, String value, String more) {
        List<String> words = new ArrayList<>(List.of("--machine", "none", "--profile", "qemu-7.2"));
        words.addAll(List.of("--memory", MEBIBYTES + "M", "--qmp", "unix:" + ourMonitor()));
        words.addAll(List.of(option, value));
        words.addAll(List.of(more.split(" ")));
        return words.toArray(String[]::new);
    }

    private String capabilities() {
        String all = "--capability events --capability postcopy-ram";
        return preempt ? all + " --capability postcopy-preempt" : all;
    }

    private void prepare(QmpClient qemu) throws Exception {
        JsonNode reply = qemu.send("migrate-set-capabilities", capability("postcopy-ram"));
        assumeTrue(
                reply.has("return"),
                () -> "this machine does not let QEMU handle page faults: " + reply);
        qemu.execute("migrate-set-capabilities", capability("events"));
        if (preempt) {
            qemu.execute("migrate-set-capabilities", capability("postcopy-preempt"));
        }
    }

    private static String capability(String name) {
        return "{\"capabilities\": [{\"capability\": \"%s\", \"state\": true}]}".formatted(name);
    }

    private void moves(QmpClient source, QmpClient destination) throws Exception {
        limit(source, "max-bandwidth", SLOW_BYTES_PER_SECOND);
        limit(source, "max-postcopy-bandwidth", SLOW_BYTES_PER_SECOND);
        source.execute("migrate", "{\"uri\": \"" + address + "\"}");
        source.awaitMigration("active");
        source.execute("migrate-start-postcopy");
        source.awaitMigration("postcopy-active");
        destination.awaitMigration("postcopy-active");

        assertThat(looksAt(destination)).isEqualTo(expected());
        JsonNode figures = source.execute("query-migrate");
        assertThat(figures.path("status").asText()).isEqualTo("postcopy-active");
        // not one for each page: the background goes on behind what was asked for
        assertThat(figures.at("/ram/postcopy-requests").asInt()).isPositive();

        limit(source, "max-postcopy-bandwidth", 0);
        source.awaitMigration("completed");
        destination.awaitMigration("completed");
        Path arrived = destination.saveMemory(directory.resolve("arrived.img"), BYTES);
        assertThat(Files.mismatch(image, arrived))
                .as("first byte in which the RAM of both sides differs")
                .isEqualTo(-1);
    }

    private static void limit(QmpClient source, String parameter, long bytesPerSecond)
            throws Exception {
        source.execute(
                "migrate-set-parameters", "{\"%s\": %d}".formatted(parameter, bytesPerSecond));
    }

    private byte[] looksAt(QmpClient destination) throws Exception {
        Path part = directory.resolve("part.img");
        destination.execute(
                "pmemsave",
                "{\"val\": %d, \"size\": %d, \"filename\": \"%s\"}"
                        .formatted(LOOKED_AT, LOOKED_AT_BYTES, part));
        return Files.readAllBytes(part);
    }

    private byte[] expected() {
        return Arrays.copyOfRange(content, LOOKED_AT, LOOKED_AT + LOOKED_AT_BYTES);
    }
}
