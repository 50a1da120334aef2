package io.vmferry.lab.pair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vmferry.lab.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The npm package {@code qemu-qmp}, written for QEMU and unmodified, controls a complete migration
 * between the two daemons.
 */
class QemuQmpPackageIT {

    private static final Path SOURCES = Path.of("src/test/node/qemu-qmp");
    private static final Path INSTALLED = Path.of("target/node/qemu-qmp").toAbsolutePath();

    /** The messages of npm when it cannot download packages. */
    private static final Pattern OFFLINE =
            Pattern.compile("ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH");

    @TempDir Path directory;
    private Daemons daemons;

    @BeforeEach
    void open() {
        daemons = new Daemons(directory);
    }

    @AfterEach
    void close() throws IOException {
        daemons.close();
    }

    @Test
    void drivesAMigration() throws Exception {
        install();
        DaemonProcess source =
                daemons.source("--memory 64M --workload hotset,rate=2000,boot=64M --qmp");
        DaemonProcess destination = daemons.destination("--memory 64M --qmp --incoming defer");
        List<String> command = new ArrayList<>(List.of("node", "migrate.js"));
        command.add(source.monitor().toString());
        command.add(destination.monitor().toString());
        command.add("unix:" + daemons.file("migration"));
        source.awaitMonitor();
        destination.awaitMonitor();
        JsonNode report = new ObjectMapper().readTree(run("client", command));

        assertThat(report.at("/version/major").asInt()).isEqualTo(10);
        assertThat(report.path("before").asText()).isEqualTo("running");
        assertThat(report.path("again").asText()).contains("migration process in progress");
        assertThat(report.path("transferred").asLong()).isGreaterThan(60 << 20);
        assertThat(report.path("source").asText()).isEqualTo("postmigrate");
        assertThat(report.path("destination").asText()).isEqualTo("running");
        assertThat(report.path("commands").asInt()).isGreaterThan(10);
        assertThat(report.path("sourceEvents"))
                .map(JsonNode::asText)
                .contains("MIGRATION_PASS", "STOP")
                .filteredOn("MIGRATION"::equals)
                .hasSize(5);
        assertThat(report.path("destinationEvents"))
                .map(JsonNode::asText)
                .containsExactly("MIGRATION", "MIGRATION", "RESUME", "MIGRATION");
        source.exits(0);
        destination.awaitSaid(".*Memory is what the guest last wrote.*");
        destination.qmp().execute("quit");
        destination.exits(0);
    }

    /** The exact packages of the lock file, into the folder of build results. */
    private void install() throws Exception {
        for (String program : List.of("node", "npm")) {
            assumeTrue(ChildProcess.installed(program), program + " is not installed");
        }
        Files.createDirectories(INSTALLED);
        try (var files = Files.list(SOURCES)) {
            for (Path file : files.toList()) {
                Path copy = INSTALLED.resolve(file.getFileName());
                Files.deleteIfExists(copy);
                Files.copy(file, copy);
            }
        }
        ChildProcess npm = ChildProcess.start(directory, "npm", INSTALLED, List.of("npm", "ci"));
        try (npm) {
            int code = npm.exitCode();
            assumeTrue(
                    code == 0 || !OFFLINE.matcher(npm.stderr()).find(),
                    "npm cannot reach its registry");
            assertThat(code).as(npm.stderr()).isZero();
        }
    }

    private String run(String name, List<String> command) throws Exception {
        try (ChildProcess client = ChildProcess.start(directory, name, INSTALLED, command)) {
            assertThat(client.exitCode()).as(client.stderr()).isZero();
            return client.stdout();
        }
    }
}
