package io.vmferry.lab.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmferry.lab.process.ChildProcess;
import io.vmferry.lab.process.Nodes;
import io.vmferry.lab.process.Qemu;
import io.vmferry.lab.process.QmpClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Our daemons against a real QEMU, both ways: completed on both sides, and every byte the same. */
class RealQemuIT {

    private static final int MEBIBYTES = 64;
    private static final long BYTES = (long) MEBIBYTES << 20;
    private static final int PAGE_BYTES = 4096;

    @TempDir Path directory;
    private Path image;
    private String address;

    @BeforeAll
    static void needsQemu() {
        assumeTrue(Qemu.installed(), "qemu-system-x86_64 is not installed");
    }

    @BeforeEach
    void mixedContent() throws IOException {
        image = directory.resolve("ram.img");
        address = "unix:" + directory.resolve("migrate");
        SplittableRandom random = new SplittableRandom(7);
        byte[] content = new byte[(int) BYTES];
        for (int page = 0; page < content.length; page += PAGE_BYTES) {
            switch (random.nextInt(4)) {
                case 0 -> fill(random, content, page, PAGE_BYTES);
                case 1 -> content[page + random.nextInt(PAGE_BYTES)] = 1;
                case 2 -> java.util.Arrays.fill(content, page, page + PAGE_BYTES, (byte) 0x5a);
                default -> {
                    // a page of zeros
                }
            }
        }
        Files.write(image, content);
    }

    private static void fill(SplittableRandom random, byte[] content, int from, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        System.arraycopy(bytes, 0, content, from, length);
    }

    @ParameterizedTest(name = "return path: {0}")
    @ValueSource(booleans = {false, true})
    void fromQemuToOurs(boolean returnPath) throws Exception {
        Path ourMonitor = directory.resolve("ours.qmp");
        try (ChildProcess qemu = Qemu.withImage(directory, "qemu", MEBIBYTES, image);
                ChildProcess ours =
                        Nodes.destination(
                                directory,
                                "ours",
                                "--machine",
                                "none",
                                "--profile",
                                "qemu-7.2",
                                "--memory",
                                MEBIBYTES + "M",
                                "--capability",
                                "events",
                                "--qmp",
                                "unix:" + ourMonitor,
                                "--incoming",
                                address)) {
            try (QmpClient source = QmpClient.connect(qemu, Qemu.monitor(directory, "qemu"));
                    QmpClient destination = QmpClient.connect(ours, ourMonitor)) {
                // its monitor is there before it listens
                ours.awaitLine(Pattern.compile("listening on .*"));
                migrate(source, returnPath);
                destination.awaitMigration("completed");
                compare(destination);
            }
        }
    }

    @ParameterizedTest(name = "return path: {0}")
    @ValueSource(booleans = {false, true})
    void fromOursToQemu(boolean returnPath) throws Exception {
        Path ourMonitor = directory.resolve("ours.qmp");
        try (ChildProcess qemu = Qemu.empty(directory, "qemu", MEBIBYTES, "-incoming", "defer");
                ChildProcess ours =
                        Nodes.source(
                                directory,
                                "ours",
                                "--machine",
                                "none",
                                "--profile",
                                "qemu-7.2",
                                "--memory",
                                MEBIBYTES + "M",
                                "--memory-image",
                                image.toString(),
                                "--return-path",
                                "inline",
                                "--qmp",
                                "unix:" + ourMonitor)) {
            try (QmpClient destination = QmpClient.connect(qemu, Qemu.monitor(directory, "qemu"));
                    QmpClient source = QmpClient.connect(ours, ourMonitor)) {
                capability(destination, "events");
                destination.execute("migrate-incoming", "{\"uri\": \"" + address + "\"}");
                migrate(source, returnPath);
                destination.awaitMigration("completed");
                compare(destination);
            }
        }
    }

    private void migrate(QmpClient source, boolean returnPath) throws Exception {
        capability(source, "events");
        if (returnPath) {
            capability(source, "return-path");
        }
        source.execute("migrate", "{\"uri\": \"" + address + "\"}");
        source.awaitMigration("completed");
        assertThat(source.execute("query-migrate").get("status").asText()).isEqualTo("completed");
    }

    private static void capability(QmpClient client, String name) throws Exception {
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
}
