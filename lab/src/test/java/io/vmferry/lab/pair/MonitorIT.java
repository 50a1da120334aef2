package io.vmferry.lab.pair;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vmferry.lab.process.QmpClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole migration by QMP alone, as a management layer drives it. */
class MonitorIT {

    private static final String MACHINE = "--memory 128M --vcpus 2 --device virtio-blk ";
    private static final long SLOW = 16 << 20;
    private static final long FAST = 1L << 40;

    @TempDir Path directory;
    private Daemons daemons;
    private DaemonProcess source;
    private DaemonProcess destination;

    @BeforeEach
    void open() throws IOException {
        daemons = new Daemons(directory);
        source = daemons.source(MACHINE + "--workload hotset,rate=10000,boot=16M --qmp");
        destination = daemons.destination(MACHINE + "--qmp --incoming defer");
    }

    @AfterEach
    void close() throws IOException {
        daemons.close();
    }

    @Test
    void migratesWithAllThatAManagementLayerDoes() throws Exception {
        prepare();
        start();
        whileActive();
        inPreSwitchover();
        completed();
        quit(destination);
        quit(source);
    }

    private void prepare() throws Exception {
        assertThat(source.qmp().greeting().at("/QMP/version/qemu/major").asInt()).isEqualTo(10);
        for (DaemonProcess node : List.of(source, destination)) {
            node.capability("events", true);
            node.capability("return-path", true);
            node.capability("pause-before-switchover", true);
        }
        assertThat(enabledCapabilities(source))
                .contains("events", "return-path", "pause-before-switchover")
                .doesNotContain("postcopy-ram");
        source.parameter("max-bandwidth", SLOW);
        source.parameter("downtime-limit", 250);
        JsonNode parameters = source.qmp().execute("query-migrate-parameters");
        assertThat(parameters.path("max-bandwidth").asLong()).isEqualTo(SLOW);
        assertThat(parameters.path("downtime-limit").asLong()).isEqualTo(250);
    }

    private void start() throws Exception {
        assertThat(source.runState()).isEqualTo("running");
        assertThat(destination.runState()).isEqualTo("inmigrate");
        assertThat(source.queryMigrate()).isEmpty();
        assertThat(destination.queryMigrate()).isEmpty();

        String uri = "unix:" + daemons.file("migration");
        destination.qmp().execute("migrate-incoming", "{\"uri\": \"" + uri + "\"}");
        destination.qmp().awaitMigration("setup");
        source.migrate(uri);
        source.qmp().awaitMigration("active");
        destination.qmp().awaitMigration("active");
    }

    private void whileActive() throws Exception {
        assertThat(source.queryMigrate().path("status").asText()).isEqualTo("active");
        assertThat(members(source.queryMigrate()))
                .contains("status", "total-time", "setup-time", "expected-downtime", "ram")
                .doesNotContain("downtime", "error-desc");
        assertThat(members(source.queryMigrate().path("ram")))
                .contains("transferred", "remaining", "total", "duplicate", "normal")
                .contains("normal-bytes", "dirty-sync-count", "mbps", "page-size");
        assertThat(source.queryMigrate().at("/ram/total").asLong()).isEqualTo(128L << 20);
        assertThat(destination.queryMigrate().path("status").asText()).isEqualTo("active");

        refused(source, "migrate", "{\"uri\": \"unix:/nowhere\"}", "migration process in progress");
        refused(
                source,
                "migrate-continue",
                "{\"state\": \"pre-switchover\"}",
                "Migration not in expected state: active");
        refused(
                destination,
                "migrate-incoming",
                "{\"uri\": \"unix:/nowhere\"}",
                "already been started");
    }

    private void inPreSwitchover() throws Exception {
        source.parameter("max-bandwidth", FAST);
        source.qmp().awaitMigration("pre-switchover");
        assertThat(source.runState()).isEqualTo("finish-migrate");
        assertThat(destination.runState()).isEqualTo("inmigrate");
        source.qmp().execute("migrate-continue", "{\"state\": \"pre-switchover\"}");
    }

    private void completed() throws Exception {
        source.qmp().awaitMigration("completed");
        destination.qmp().awaitMigration("completed");
        assertThat(source.runState()).isEqualTo("postmigrate");
        assertThat(destination.runState()).isEqualTo("running");

        JsonNode report = source.queryMigrate();
        assertThat(report.path("status").asText()).isEqualTo("completed");
        assertThat(members(report))
                .contains("status", "total-time", "setup-time", "downtime", "ram")
                .doesNotContain("expected-downtime", "error-desc");
        assertThat(report.at("/ram/remaining").asLong()).isZero();
        assertThat(report.at("/ram/normal").asLong()).isGreaterThanOrEqualTo((16 << 20) / 4096);
        assertThat(destination.queryMigrate().path("status").asText()).isEqualTo("completed");

        assertThat(source.qmp().eventNames())
                .filteredOn(name -> !name.equals("MIGRATION_PASS"))
                .containsExactly(
                        "MIGRATION(setup)",
                        "MIGRATION(active)",
                        "STOP",
                        "MIGRATION(pre-switchover)",
                        "MIGRATION(device)",
                        "MIGRATION(completed)");
        assertThat(source.qmp().eventNames()).contains("MIGRATION_PASS");
        assertThat(destination.qmp().eventNames())
                .containsExactly(
                        "MIGRATION(setup)", "MIGRATION(active)", "RESUME", "MIGRATION(completed)");
        refused(source, "cont", "{}", "lease");
    }

    private static void quit(DaemonProcess node) throws Exception {
        QmpClient qmp = node.qmp();
        assertThat(qmp.execute("quit")).isEmpty();
        JsonNode shutdown = qmp.awaitEvent("SHUTDOWN");
        assertThat(shutdown.at("/data/guest").asBoolean(true)).isFalse();
        assertThat(shutdown.at("/data/reason").asText()).isEqualTo("host-qmp-quit");
        node.exits(0);
        assertThat(node.complaints()).isEmpty();
    }

    private static void refused(DaemonProcess node, String command, String arguments, String why)
            throws Exception {
        JsonNode error = node.qmp().send(command, arguments).path("error");
        assertThat(error.path("class").asText()).isEqualTo("GenericError");
        assertThat(error.path("desc").asText()).contains(why);
    }

    private static List<String> enabledCapabilities(DaemonProcess node) throws Exception {
        List<String> enabled = new ArrayList<>();
        for (JsonNode capability : node.qmp().execute("query-migrate-capabilities")) {
            if (capability.path("state").asBoolean()) {
                enabled.add(capability.path("capability").asText());
            }
        }
        return enabled;
    }

    private static List<String> members(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
