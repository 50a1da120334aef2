package io.vmferry.lab.pair;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verdict of two daemons: by command, event, JSON on stdout and exit code. */
class VerdictIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String COMMAND = "x-vmferry-verdict";
    private static final String EVENT = "X_VMFERRY_VERDICT";
    private static final String WRITING = "--workload uniform,boot=8M,rate=100 ";

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

    private String uri() {
        return "unix:" + daemons.file("migration");
    }

    private DaemonProcess source(String options) throws IOException {
        return daemons.source(
                "--memory 32M --capability events --capability return-path --qmp " + options);
    }

    private DaemonProcess destination(String options) throws IOException, InterruptedException {
        DaemonProcess node =
                daemons.destination(
                        "--memory 32M --capability events --qmp --incoming "
                                + uri()
                                + " "
                                + options);
        node.awaitSaid(".*listening.*");
        return node;
    }

    private static JsonNode awaitVerdict(DaemonProcess node) throws Exception {
        return node.qmp().awaitEvent(EVENT).path("data");
    }

    private static JsonNode ask(DaemonProcess node) throws Exception {
        return node.qmp().execute(COMMAND);
    }

    private static List<JsonNode> results(DaemonProcess node) throws IOException {
        List<JsonNode> results = new ArrayList<>();
        for (String line : node.said().lines().toList()) {
            results.add(JSON.readTree(line));
        }
        return results;
    }

    @Test
    void commandEventAndOutputSayTheSame() throws Exception {
        DaemonProcess destination = destination("--result json");
        DaemonProcess source = source("--result json " + WRITING);
        assertThat(ask(destination).path("settled").asBoolean(true)).isFalse();
        assertThat(ask(destination).path("guest").asText()).isEqualTo("peer");
        assertThat(ask(source).path("guest").asText()).isEqualTo("runs-here");
        source.migrate(uri());

        JsonNode there = awaitVerdict(destination);
        assertThat(there.path("guest").asText()).isEqualTo("runs-here");
        assertThat(there.at("/memory/state").asText()).isEqualTo("proved");
        assertThat(there.at("/memory/checked-pages").asLong()).isEqualTo(8192);
        assertThat(there.at("/memory/written-pages").asLong()).isBetween(2048L, 8192L);
        assertThat(there.path("warnings")).isEmpty();
        assertThat(ask(destination)).isEqualTo(there);
        JsonNode here = awaitVerdict(source);
        assertThat(here.path("guest").asText()).isEqualTo("peer");
        assertThat(ask(source)).isEqualTo(here);

        for (DaemonProcess node : List.of(destination, source)) {
            node.qmp().execute("quit");
            node.exits(0);
        }
        assertThat(results(destination).getFirst().path("result").asText()).isEqualTo("listening");
        assertThat(content(results(destination).getLast())).isEqualTo(there);
        assertThat(content(results(source).getLast())).isEqualTo(here);
    }

    private static JsonNode content(JsonNode result) {
        assertThat(result.path("result").asText()).isEqualTo("verdict");
        return result.<ObjectNode>deepCopy().without("result");
    }

    @Test
    void aGuestThatWroteNothingProvesNothing() throws Exception {
        DaemonProcess destination = destination("--device virtio-net");
        DaemonProcess source = source("");
        source.migrate(uri());
        JsonNode there = awaitVerdict(destination);
        assertThat(there.at("/memory/state").asText()).isEqualTo("nothing-written");
        assertThat(there.path("warnings").toString())
                .contains("proved")
                .contains("virtio-net was not in the stream");
        assertThat(destination.verdict()).contains("warning ").contains("proves nothing");
    }

    /** The code tells a manager that ends the node afterwards what has become of the migration. */
    @Test
    void theCodeOfAQuitIsThatOfAMigrationThatFailed() throws Exception {
        DaemonProcess source = source(WRITING);
        source.migrate("unix:" + daemons.file("nobody"));
        JsonNode here = awaitVerdict(source);
        assertThat(here.path("guest").asText()).isEqualTo("runs-here");
        assertThat(here.path("reason").asText()).contains("No such file");
        source.qmp().execute("quit");
        source.exits(3);
    }

    @Test
    void aMigrationThatSucceedsAfterAFailureCounts() throws Exception {
        DaemonProcess source = source(WRITING);
        source.migrate("unix:" + daemons.file("nobody"));
        awaitVerdict(source);
        source.qmp().forgetEvents();
        DaemonProcess destination = destination("--once");
        source.migrate(uri());
        assertThat(awaitVerdict(source).path("guest").asText()).isEqualTo("peer");
        destination.exits(0);
        source.qmp().execute("quit");
        source.exits(0);
    }

    @Test
    void aNodeThatBehavesAsQemuHasNone() throws Exception {
        DaemonProcess source = source("--as-qemu");
        assertThat(source.qmp().send(COMMAND, "{}").at("/error/class").asText())
                .isEqualTo("CommandNotFound");
        assertThat(source.qmp().execute("query-qmp-schema").toString()).doesNotContain(EVENT);
        source.migrate("unix:" + daemons.file("nobody"));
        source.qmp().awaitMigration("failed");
        source.qmp().execute("quit");
        source.exits(0);
        assertThat(source.qmp().events(EVENT)).isEmpty();
    }

    @Test
    void theSchemaHasBoth() throws Exception {
        assertThat(source("").qmp().execute("query-qmp-schema").toString())
                .contains(COMMAND)
                .contains(EVENT);
    }

    @Test
    void aNodeThatASignalEndsSaysWhatBecomesOfTheGuest() throws Exception {
        DaemonProcess destination = destination("");
        DaemonProcess source = source(WRITING + "--parameter max-bandwidth=1M");
        source.migrate(uri());
        source.qmp().awaitMigration("active");
        assertThat(ProcessHandle.of(source.pid()).orElseThrow().destroy()).isTrue();
        source.exits(143);
        assertThat(source.complaint())
                .isEqualTo(
                        "Ended by a signal: the guest ran here and ends with this process;"
                                + " the destination does not get it");
        destination.exits(3);
        assertThat(destination.log())
                .contains("The source has connected from")
                .contains("Migration status failed: ");
    }
}
