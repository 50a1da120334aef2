package io.vmferry.lab.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.vmferry.lab.process.ChildProcess;
import io.vmferry.lab.process.Nodes;
import io.vmferry.lab.process.QmpClient;
import io.vmferry.lab.process.RealQemu;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A precopy on multifd channels that becomes a postcopy, between our daemons and real QEMUs that
 * allow it, both ways: pages that are read before they have arrived are requested, and in the end
 * every byte is the same.
 */
class RealQemuMultifdPostcopyIT {

    private static final int MEBIBYTES = 64;
    private static final int BYTES = MEBIBYTES << 20;

    /** So slow that no page arrives before it is read. */
    private static final long SLOW_BYTES_PER_SECOND = 4 << 20;

    /** What has come on the channels before the postcopy begins. */
    private static final long PRECOPY_BYTES = 1 << 20;

    /** Far beyond the pages that have arrived by then. */
    private static final int READ_FROM = 60 << 20;

    private static final int READ_BYTES = 1 << 16;

    private static final Pattern DUMPED = Pattern.compile(" 0x([0-9a-f]{2})\\b");

    /** Reads the memory of a guest whose pages may be missing. */
    private interface Read {
        byte[] from(QmpClient destination) throws Exception;
    }

    private final byte[] content = new byte[BYTES];

    @TempDir Path directory;
    private Path image;
    private String address;

    @BeforeEach
    void someContent() throws IOException {
        image = directory.resolve("ram.img");
        address = "unix:" + directory.resolve("migrate");
        new SplittableRandom(29).nextBytes(content);
        // and some zeros, among the first pages and in the range that is read
        Arrays.fill(content, 1 << 16, 1 << 18, (byte) 0);
        Arrays.fill(content, READ_FROM - (1 << 20), READ_FROM + 8192, (byte) 0);
        Files.write(image, content);
    }

    @ParameterizedTest(name = "{0}, {1}, preempt: {2}")
    @CsvSource({
        "10.2, none, false",
        "10.2, zlib, true",
        "11.1, none, false",
        "11.1, none, true",
        "11.1, zlib, false",
        "11.1, zstd, true"
    })
    void fromQemuToOurs(String version, String compression, boolean preempt) throws Exception {
        RealQemu real = qemu(version);
        try (ChildProcess qemu =
                        real.start(directory, MEBIBYTES, qemuMonitor(), Optional.of(image));
                ChildProcess ours =
                        Nodes.destination(directory, "ours", ours(version, "--incoming", "defer"));
                QmpClient source = QmpClient.connect(qemu, qemuMonitor());
                QmpClient destination = QmpClient.connect(ours, ourMonitor())) {
            configure(source, compression, preempt);
            configure(destination, compression, preempt);
            destination.execute("migrate-incoming", uri());
            ours.awaitLine(Pattern.compile("listening on .*"));
            migrate(source, destination, this::saved);
            destination.execute("quit");
            assertThat(ours.exitCode()).as(ours.stderr()).isZero();
        }
    }

    @ParameterizedTest(name = "{0}, {1}, preempt: {2}")
    @CsvSource({
        "10.2, none, false",
        "10.2, zlib, true",
        "11.1, none, false",
        "11.1, none, true",
        "11.1, zlib, false",
        "11.1, zstd, true"
    })
    void fromOursToQemu(String version, String compression, boolean preempt) throws Exception {
        RealQemu real = qemu(version);
        String[] options =
                ours(version, "--memory-image", image.toString(), "--return-path", "inline");
        try (ChildProcess qemu =
                        real.start(
                                directory,
                                MEBIBYTES,
                                qemuMonitor(),
                                Optional.empty(),
                                "-incoming",
                                "defer");
                ChildProcess ours = Nodes.source(directory, "ours", options);
                QmpClient destination = QmpClient.connect(qemu, qemuMonitor());
                QmpClient source = QmpClient.connect(ours, ourMonitor())) {
            configure(destination, compression, preempt);
            configure(source, compression, preempt);
            destination.execute("migrate-incoming", uri());
            migrate(source, destination, RealQemuMultifdPostcopyIT::dumped);
            source.execute("quit");
            assertThat(ours.exitCode()).as(ours.stderr()).isZero();
        }
    }

    private static RealQemu qemu(String version) throws Exception {
        Optional<RealQemu> qemu = RealQemu.of(version);
        assumeTrue(qemu.isPresent(), "QEMU " + version + " is not installed");
        return qemu.get();
    }

    private Path ourMonitor() {
        return directory.resolve("ours.qmp");
    }

    private Path qemuMonitor() {
        return directory.resolve("qemu.qmp");
    }

    private String uri() {
        return "{\"uri\": \"" + address + "\"}";
    }

    private String[] ours(String version, String... more) {
        List<String> words = new ArrayList<>(List.of("--machine", "none"));
        words.addAll(List.of("--profile", "qemu-" + version, "--memory", MEBIBYTES + "M"));
        words.addAll(List.of("--qmp", "unix:" + ourMonitor()));
        words.addAll(List.of(more));
        return words.toArray(String[]::new);
    }

    private static void configure(QmpClient client, String compression, boolean preempt)
            throws Exception {
        client.execute("migrate-set-capabilities", capability("events"));
        JsonNode reply = client.send("migrate-set-capabilities", capability("postcopy-ram"));
        assumeTrue(
                reply.has("return"),
                () -> "this machine does not let QEMU handle page faults: " + reply);
        if (preempt) {
            client.execute("migrate-set-capabilities", capability("postcopy-preempt"));
        }
        client.execute("migrate-set-capabilities", capability("multifd"));
        client.execute(
                "migrate-set-parameters",
                "{\"multifd-channels\": 3, \"multifd-compression\": \"%s\"}"
                        .formatted(compression));
    }

    private static String capability(String name) {
        return "{\"capabilities\": [{\"capability\": \"%s\", \"state\": true}]}".formatted(name);
    }

    private void migrate(QmpClient source, QmpClient destination, Read read) throws Exception {
        limit(source, "max-bandwidth", SLOW_BYTES_PER_SECOND);
        limit(source, "max-postcopy-bandwidth", SLOW_BYTES_PER_SECOND);
        source.execute("migrate", uri());
        source.awaitMigration("active");
        long multifdBytes = multifdBytesOfPrecopy(source);
        source.execute("migrate-start-postcopy");
        source.awaitMigration("postcopy-active");
        destination.awaitMigration("postcopy-active");

        assertThat(read.from(destination))
                .isEqualTo(Arrays.copyOfRange(content, READ_FROM, READ_FROM + READ_BYTES));
        JsonNode figures = source.execute("query-migrate");
        assertThat(figures.path("status").asText()).isEqualTo("postcopy-active");
        // not one for each page: the background continues after the requested one
        assertThat(figures.at("/ram/postcopy-requests").asInt()).isPositive();

        limit(source, "max-postcopy-bandwidth", 0);
        source.awaitMigration("completed");
        destination.awaitMigration("completed");
        JsonNode ram = source.execute("query-migrate").path("ram");
        assertThat(ram.path("multifd-bytes").asLong())
                .as("what went on the channels: nothing of the postcopy")
                .isBetween(multifdBytes, (long) READ_FROM / 2);
        assertThat(ram.path("postcopy-bytes").asLong()).isGreaterThan(BYTES / 2);
        Path arrived = destination.saveMemory(directory.resolve("arrived.img"), BYTES);
        assertThat(Files.mismatch(image, arrived))
                .as("first byte in which the RAM of both sides differs")
                .isEqualTo(-1);
    }

    /** Waits for the first pages on the channels; the precopy cannot end meanwhile. */
    private static long multifdBytesOfPrecopy(QmpClient source) throws Exception {
        long bytes;
        do {
            JsonNode report = source.execute("query-migrate");
            assertThat(report.path("status").asText()).isEqualTo("active");
            bytes = report.at("/ram/multifd-bytes").asLong();
        } while (bytes < PRECOPY_BYTES);
        return bytes;
    }

    private static void limit(QmpClient source, String parameter, long bytesPerSecond)
            throws Exception {
        source.execute(
                "migrate-set-parameters", "{\"%s\": %d}".formatted(parameter, bytesPerSecond));
    }

    private byte[] saved(QmpClient ours) throws Exception {
        Path part = directory.resolve("part.img");
        ours.execute(
                "pmemsave",
                "{\"val\": %d, \"size\": %d, \"filename\": \"%s\"}"
                        .formatted(READ_FROM, READ_BYTES, part));
        return Files.readAllBytes(part);
    }

    /** QEMU 11.1 saves no memory during a migration. */
    private static byte[] dumped(QmpClient qemu) throws Exception {
        JsonNode text =
                qemu.execute(
                        "human-monitor-command",
                        "{\"command-line\": \"xp /%dxb %d\"}".formatted(READ_BYTES, READ_FROM));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DUMPED.matcher(text.asText())
                .results()
                .forEach(found -> bytes.write(Integer.parseInt(found.group(1), 16)));
        return bytes.toByteArray();
    }
}
