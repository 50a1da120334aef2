package io.vmferry.lab.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmferry.lab.process.ChildProcess;
import io.vmferry.lab.process.Nodes;
import io.vmferry.lab.process.QmpClient;
import io.vmferry.lab.process.RealQemu;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Background snapshots of a real QEMU that we load, and ours that it loads: every byte the same.
 */
class RealQemuSnapshotIT {

    private static final int MEBIBYTES = 16;
    private static final long BYTES = (long) MEBIBYTES << 20;

    @TempDir Path directory;

    /** In memory: QEMU protects no page of a file on a disk. */
    private Path image;

    @BeforeEach
    void content() throws Exception {
        byte[] bytes = new byte[(int) BYTES];
        SplittableRandom random = new SplittableRandom(11);
        for (int at = 0; at < bytes.length; at += 3 << 12) {
            byte[] page = new byte[1 << 12];
            random.nextBytes(page);
            System.arraycopy(page, 0, bytes, at, Math.min(page.length, bytes.length - at));
        }
        Path shared = Path.of("/dev/shm");
        assumeTrue(Files.isWritable(shared), "no " + shared);
        image = Files.write(Files.createTempFile(shared, "vmferry", ".img"), bytes);
    }

    @AfterEach
    void delete() throws Exception {
        Files.deleteIfExists(image);
    }

    private static RealQemu real(String version) throws Exception {
        Optional<RealQemu> found = RealQemu.of(version);
        assumeTrue(found.isPresent(), "QEMU " + version + " is not installed");
        return found.get();
    }

    private String[] ours(String version, String... more) {
        List<String> options =
                new ArrayList<>(List.of("--machine", "none", "--profile", "qemu-" + version));
        options.addAll(List.of("--memory", MEBIBYTES + "M"));
        options.addAll(List.of("--qmp", "unix:" + directory.resolve("ours.qmp")));
        options.addAll(List.of(more));
        return options.toArray(String[]::new);
    }

    private static boolean enable(QmpClient client, String capability) throws InterruptedException {
        return client.send(
                        "migrate-set-capabilities",
                        "{\"capabilities\": [{\"capability\": \"%s\", \"state\": true}]}"
                                .formatted(capability))
                .has("return");
    }

    private void make(QmpClient source) throws Exception {
        enable(source, "events");
        assumeTrue(
                enable(source, "background-snapshot"),
                "the kernel protects no memory from being written to (userfaultfd)");
        source.execute("cont");
        source.forgetEvents();
        source.execute("migrate", "{\"uri\": \"exec:cat > %s\"}".formatted(file()));
        source.awaitMigration("completed");
        assertThat(source.eventNames())
                .containsExactly(
                        "MIGRATION(setup)",
                        "MIGRATION(active)",
                        "STOP",
                        "RESUME",
                        "MIGRATION(completed)");
        assertThat(source.execute("query-status").path("status").asText()).isEqualTo("running");
    }

    private Path file() {
        return directory.resolve("snapshot");
    }

    private void compare(QmpClient destination) throws Exception {
        Path arrived = destination.saveMemory(directory.resolve("arrived.img"), BYTES);
        assertThat(Files.mismatch(image, arrived))
                .as("first byte in which the RAM of both sides differs")
                .isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"7.2", "11.1"})
    void oursLoadsThatOfQemu(String version) throws Exception {
        Path monitor = directory.resolve("qemu.qmp");
        try (ChildProcess qemu =
                        real(version).start(directory, MEBIBYTES, monitor, Optional.of(image));
                QmpClient source = QmpClient.connect(qemu, monitor)) {
            make(source);
        }
        try (ChildProcess loader =
                        Nodes.destination(directory, "ours", ours(version, "--incoming", "defer"));
                QmpClient destination = QmpClient.connect(loader, directory.resolve("ours.qmp"))) {
            enable(destination, "events");
            // 7.2 knows no file:
            destination.execute("migrate-incoming", "{\"uri\": \"exec:cat %s\"}".formatted(file()));
            destination.awaitMigration("completed");
            compare(destination);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"7.2", "11.1"})
    void qemuLoadsThatOfOurs(String version) throws Exception {
        Path monitor = directory.resolve("qemu.qmp");
        RealQemu real = real(version);
        try (ChildProcess saver =
                        Nodes.source(
                                directory,
                                "ours",
                                ours(version, "--memory-image", image.toString()));
                QmpClient source = QmpClient.connect(saver, directory.resolve("ours.qmp"))) {
            make(source);
        }
        try (ChildProcess qemu =
                        real.start(
                                directory,
                                MEBIBYTES,
                                monitor,
                                Optional.empty(),
                                "-incoming",
                                "defer");
                QmpClient destination = QmpClient.connect(qemu, monitor)) {
            enable(destination, "events");
            destination.execute("migrate-incoming", "{\"uri\": \"exec:cat %s\"}".formatted(file()));
            destination.awaitMigration("completed");
            compare(destination);
        }
    }
}
