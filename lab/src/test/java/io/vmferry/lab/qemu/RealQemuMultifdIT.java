package io.vmferry.lab.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.vmferry.lab.process.ChildProcess;
import io.vmferry.lab.process.Nodes;
import io.vmferry.lab.process.QmpClient;
import io.vmferry.lab.process.RealQemu;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Multifd channels between our daemons and real QEMUs, both ways, in each compression: completed on
 * both sides, every byte the same, and the pages came on those channels.
 */
class RealQemuMultifdIT {

    private static final int MEBIBYTES = 64;
    private static final long BYTES = (long) MEBIBYTES << 20;
    private static final int PAGE_BYTES = 4096;
    private static final int CHANNELS = 3;

    @TempDir Path directory;
    private Path image;
    private String address;

    /** Those that a test sets as well, each behind a comma. */
    private String moreParameters = "";

    @BeforeEach
    void mixedContent() throws IOException {
        image = directory.resolve("ram.img");
        address = "unix:" + directory.resolve("migrate");
        SplittableRandom random = new SplittableRandom(7);
        byte[] content = new byte[(int) BYTES];
        for (int page = 0; page < content.length; page += PAGE_BYTES) {
            byte[] bytes = new byte[PAGE_BYTES];
            switch (random.nextInt(3)) {
                case 0 -> random.nextBytes(bytes);
                case 1 -> Arrays.fill(bytes, (byte) random.nextInt(256));
                default -> {
                    // a page of zeros
                }
            }
            System.arraycopy(bytes, 0, content, page, PAGE_BYTES);
        }
        Files.write(image, content);
    }

    @ParameterizedTest(name = "{0}, {1}, zero pages {2}")
    @CsvSource({
        "7.2, none, ''",
        "7.2, zlib, ''",
        "7.2, zstd, ''",
        "11.1, none, multifd",
        "11.1, none, legacy",
        "11.1, none, none",
        "11.1, zlib, multifd",
        "11.1, zstd, multifd",
        "11.1, zstd, legacy"
    })
    void fromQemuToOurs(String version, String compression, String zeroPages) throws Exception {
        assertThat(sentByQemu(version, compression, zeroPages).get("total").asLong())
                .isEqualTo(BYTES);
    }

    /** Migrates from a real one to ours; returns the figures of the real one. */
    private JsonNode sentByQemu(String version, String compression, String zeroPages)
            throws Exception {
        Path ourMonitor = directory.resolve("ours.qmp");
        Path monitor = directory.resolve("qemu.qmp");
        try (ChildProcess qemu =
                        qemu(version).start(directory, MEBIBYTES, monitor, Optional.of(image));
                ChildProcess ours =
                        Nodes.destination(
                                directory,
                                "ours",
                                ourArguments(version, ourMonitor, "--incoming", "defer"));
                QmpClient source = QmpClient.connect(qemu, monitor);
                QmpClient destination = QmpClient.connect(ours, ourMonitor)) {
            configure(source, compression, zeroPages);
            configure(destination, compression, zeroPages);
            destination.execute("migrate-incoming", uri());
            ours.awaitLine(Pattern.compile("listening on .*"));
            migrate(source, zeroPages);
            destination.awaitMigration("completed");
            compare(destination);
            return source.execute("query-migrate").get("ram");
        }
    }

    @ParameterizedTest(name = "{0}, {1}, zero pages {2}")
    @CsvSource({
        "7.2, none, ''",
        "7.2, zlib, ''",
        "7.2, zstd, ''",
        "11.1, none, multifd",
        "11.1, none, legacy",
        "11.1, none, none",
        "11.1, zlib, multifd",
        "11.1, zstd, multifd",
        "11.1, zstd, legacy"
    })
    void fromOursToQemu(String version, String compression, String zeroPages) throws Exception {
        assertThat(sentByOurs(version, compression, zeroPages).get("total").asLong())
                .isEqualTo(BYTES);
    }

    /** Migrates from ours to a real one; returns our figures. */
    private JsonNode sentByOurs(String version, String compression, String zeroPages)
            throws Exception {
        Path ourMonitor = directory.resolve("ours.qmp");
        Path monitor = directory.resolve("qemu.qmp");
        try (ChildProcess qemu =
                        qemu(version)
                                .start(
                                        directory,
                                        MEBIBYTES,
                                        monitor,
                                        Optional.empty(),
                                        "-incoming",
                                        "defer");
                ChildProcess ours =
                        Nodes.source(
                                directory,
                                "ours",
                                ourArguments(
                                        version, ourMonitor, "--memory-image", image.toString()));
                QmpClient destination = QmpClient.connect(qemu, monitor);
                QmpClient source = QmpClient.connect(ours, ourMonitor)) {
            configure(source, compression, zeroPages);
            configure(destination, compression, zeroPages);
            destination.execute("migrate-incoming", uri());
            migrate(source, zeroPages);
            destination.awaitMigration("completed");
            compare(destination);
            return source.execute("query-migrate").get("ram");
        }
    }

    /** Level 0 of zlib stores pages as they are; a real one reads that as well. */
    @ParameterizedTest
    @ValueSource(strings = {"11.1"})
    void theLevelChangesWhatIsTransferred(String version) throws Exception {
        moreParameters = ", \"multifd-zlib-level\": 0";
        JsonNode stored = sentByOurs(version, "zlib", "legacy");
        clear();
        moreParameters = ", \"multifd-zlib-level\": 9";
        JsonNode packed = sentByOurs(version, "zlib", "legacy");
        assertThat(packed.get("normal")).isEqualTo(stored.get("normal"));
        assertThat(stored.get("multifd-bytes").asLong())
                .isGreaterThan(stored.get("normal-bytes").asLong());
        assertThat(packed.get("transferred").asLong())
                .isLessThan(stored.get("transferred").asLong() * 2 / 3);
    }

    /** 7.2 counts the pages of a packet as they were before it was compressed. */
    @ParameterizedTest(name = "{0}, {1}, zero pages {2}")
    @CsvSource({"7.2, zlib, ''", "11.1, zlib, multifd", "11.1, none, legacy"})
    void theFiguresAreThoseOfQemu(String version, String compression, String zeroPages)
            throws Exception {
        JsonNode theirs = sentByQemu(version, compression, zeroPages);
        clear();
        JsonNode ours = sentByOurs(version, compression, zeroPages);
        for (String exact : List.of("normal", "normal-bytes", "duplicate", "postcopy-bytes")) {
            assertThat(ours.get(exact)).as(exact).isEqualTo(theirs.get(exact));
        }
        for (String about : List.of("multifd-bytes", "transferred")) {
            // how full packets are, and how often they are synchronised, depends on time
            assertThat(ours.get(about).asDouble())
                    .as(about)
                    .isCloseTo(theirs.get(about).asDouble(), withPercentage(3));
        }
    }

    /** Another pair may use the same names. */
    private void clear() throws IOException {
        for (String name : new String[] {"qemu.qmp", "ours.qmp", "migrate"}) {
            Files.deleteIfExists(directory.resolve(name));
        }
    }

    private static RealQemu qemu(String version) throws Exception {
        Optional<RealQemu> qemu = RealQemu.of(version);
        assumeTrue(qemu.isPresent(), "QEMU " + version + " is not installed");
        return qemu.get();
    }

    /**
     * The command line of a daemon.
     *
     * @param more the option that only this side has, and its value
     */
    private static String[] ourArguments(String version, Path monitor, String more, String value) {
        return new String[] {
            "--machine",
            "none",
            "--profile",
            "qemu-" + version,
            "--memory",
            MEBIBYTES + "M",
            "--qmp",
            "unix:" + monitor,
            more,
            value
        };
    }

    private String uri() {
        return "{\"uri\": \"" + address + "\"}";
    }

    private void configure(QmpClient client, String compression, String zeroPages)
            throws Exception {
        for (String name : new String[] {"events", "multifd"}) {
            client.execute(
                    "migrate-set-capabilities",
                    "{\"capabilities\": [{\"capability\": \"%s\", \"state\": true}]}"
                            .formatted(name));
        }
        client.execute(
                "migrate-set-parameters",
                "{\"multifd-channels\": %d, \"multifd-compression\": \"%s\"%s%s}"
                        .formatted(
                                CHANNELS,
                                compression,
                                zeroPages.isEmpty()
                                        ? ""
                                        : ", \"zero-page-detection\": \"" + zeroPages + "\"",
                                moreParameters));
    }

    private void migrate(QmpClient source, String zeroPages) throws Exception {
        source.execute("migrate", uri());
        source.awaitMigration("completed");
        var ram = source.execute("query-migrate").path("ram");
        assertThat(ram.path("multifd-bytes").asLong()).isGreaterThan(1 << 20);
        assertThat(ram.path("normal").asLong() + ram.path("duplicate").asLong())
                .isEqualTo(BYTES / PAGE_BYTES);
        if (zeroPages.equals("none")) {
            assertThat(ram.path("duplicate").asLong()).isZero();
        } else {
            assertThat(ram.path("duplicate").asLong()).isPositive();
        }
    }

    private void compare(QmpClient destination) throws Exception {
        Path arrived = destination.saveMemory(directory.resolve("arrived.img"), BYTES);
        assertThat(Files.mismatch(image, arrived))
                .as("first byte in which the RAM of both sides differs")
                .isEqualTo(-1);
    }
}
