package io.vmferry.lab.pair;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vmferry.lab.process.QmpClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Faults, cuts and waits by QMP while daemons, or the proxy between two, run. */
class ControlIT {

    private static final String GUEST = "--memory 64M --capability postcopy-ram --qmp ";

    private static final ObjectMapper JSON = new ObjectMapper();

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

    private DaemonProcess destination() throws IOException {
        return daemons.destination(GUEST + "--incoming unix:" + daemons.file("m"));
    }

    private DaemonProcess source() throws IOException {
        return daemons.source(GUEST + "--workload uniform,boot=64M,rate=5000");
    }

    private static JsonNode ask(QmpClient qmp, String command, String arguments)
            throws InterruptedException {
        return qmp.execute("x-vmferry-" + command, arguments.replace('\'', '"'));
    }

    private static JsonNode awaitPoint(QmpClient qmp, JsonNode wait) throws InterruptedException {
        long id = wait.get("id").asLong();
        return qmp.awaitEvent(
                        "X_VMFERRY_POINT " + id,
                        event ->
                                event.path("event").asText().equals("X_VMFERRY_POINT")
                                        && event.path("data").path("id").asLong() == id)
                .get("data");
    }

    @Test
    void aFaultIsAddedWhileTheDaemonsRun() throws Exception {
        DaemonProcess destination = destination();
        DaemonProcess source = source();
        QmpClient qmp = source.qmp();
        long removed = ask(qmp, "fault-add", "{'fault': 'connected:kill'}").get("id").asLong();
        ask(qmp, "fault-remove", "{'id': %d}".formatted(removed));
        ask(qmp, "fault-add", "{'fault': 'dirty-sync#2:reset'}");
        assertThat(
                        qmp.send("x-vmferry-channel-cut", "{\"channel\": \"all\"}")
                                .path("error")
                                .path("desc")
                                .asText())
                .contains("No connection carries channel 'all'");
        assertThat(source.log()).doesNotContain("is cut");
        JsonNode wait = ask(qmp, "point-wait", "{'point': 'fault-injected'}");
        source.migrate(destination.listening());
        assertThat(awaitPoint(qmp, wait).get("reached").asBoolean()).isTrue();
        CutPair.awaitStatus(qmp, "failed");
        JsonNode faults = ask(qmp, "faults", "{}");
        assertThat(faults).hasSize(1);
        assertThat(faults.get(0).get("progress").asText()).isEqualTo("injected");
        assertThat(faults.get(0).get("where").asText()).isEqualTo("dirty-sync(2)");
        assertThat(
                        qmp.send("x-vmferry-fault-remove", "{\"id\": 2}")
                                .path("error")
                                .path("desc")
                                .asText())
                .contains("was injected at dirty-sync(2)");
        assertThat(source.runState()).isEqualTo("running");
    }

    @ParameterizedTest
    @ValueSource(strings = {"source", "destination"})
    void whatABlackholeHeldBackArrivesWhenItIsRestored(String side) throws Exception {
        DaemonProcess destination = destination();
        DaemonProcess source = source();
        QmpClient cut = side.equals("source") ? source.qmp() : destination.qmp();
        String point = side.equals("source") ? "dirty-sync#2" : "setup-loaded(ram)";
        JsonNode wait = ask(cut, "point-wait", "{'point': '%s'}".formatted(point));
        source.parameter("max-bandwidth", 20 << 20);
        source.migrate(destination.listening());
        assertThat(awaitPoint(cut, wait).get("reached").asBoolean()).isTrue();
        ask(cut, "channel-cut", "{'channel': 'all', 'how': 'blackhole'}");
        JsonNode channels = ask(cut, "channels", "{}");
        assertThat(channels).hasSize(2).allSatisfy(ControlIT::isSilent);
        assertThat(source.queryMigrate().get("status").asText()).isEqualTo("active");
        source.parameter("max-bandwidth", 1 << 30);
        ask(cut, "channel-restore", "{'channel': 'all'}");
        CutPair.awaitStatus(source.qmp(), "completed");
        destination.awaitSaid(".*Memory is what the guest last wrote.*");
    }

    private static void isSilent(JsonNode channel) {
        assertThat(channel.at("/to-destination/trouble").asText()).isEqualTo("blackhole");
        assertThat(channel.at("/to-source/trouble").asText()).isEqualTo("blackhole");
    }

    /** A QEMU has none of it. */
    @Test
    void asQemuTheCommandsAreNotThere() throws Exception {
        DaemonProcess source = daemons.source("--memory 16M --as-qemu --qmp");
        JsonNode reply = source.qmp().send("x-vmferry-faults", "{}");
        assertThat(reply.path("error").path("class").asText()).isEqualTo("CommandNotFound");
        assertThat(source.qmp().execute("query-qmp-schema").toString())
                .doesNotContain("vmferry", "VMFERRY");
    }

    @Test
    void aFaultIsAddedToTheProxyWhileItRuns() throws Exception {
        DaemonProcess destination = destination();
        try (FaultProxyProcess proxy =
                FaultProxyProcess.controlled(directory, destination.listening())) {
            DaemonProcess source = source();
            source.parameter("max-postcopy-bandwidth", 20 << 20);
            QmpClient qmp = proxy.qmp();
            ask(qmp, "fault-add", "{'fault': 'req-pages#3:close'}");
            JsonNode wait = ask(qmp, "point-wait", "{'point': 'package'}");
            source.migrate(proxy.uri());
            source.qmp().execute("migrate-start-postcopy");
            assertThat(awaitPoint(qmp, wait).get("reached").asBoolean()).isTrue();
            CutPair.awaitStatus(source.qmp(), "postcopy-paused");
            CutPair.awaitStatus(destination.qmp(), "postcopy-paused");
            assertThat(ask(qmp, "faults", "{}").get(0).get("progress").asText())
                    .isEqualTo("injected");
            assertThat(ask(qmp, "channels", "{}")).isEmpty();
            assertThat(
                            qmp.send("x-vmferry-fault-add", "{\"fault\": \"req-pages#3:close\"}")
                                    .path("error")
                                    .path("desc")
                                    .asText())
                    .contains("has passed");
            List<JsonNode> trace = proxy.said().lines().map(ControlIT::parse).toList();
            assertThat(trace)
                    .anySatisfy(line -> {
                        assertThat(line.path("name").asText()).isEqualTo("ping");
                        assertThat(line.path("argument").asText()).startsWith("0x");
                        assertThat(line.path("bytes").asInt()).isEqualTo(9);
                        assertThat(line.path("offset").asLong()).isPositive();
                    })
                    .anySatisfy(line ->
                            assertThat(line.path("fault").asText()).isEqualTo("req-pages#3:close"));
            qmp.execute("quit");
            proxy.ends();
        }
    }

    @Test
    void whatTheProxyHeldBackArrivesWhenItIsRestored() throws Exception {
        DaemonProcess destination = destination();
        try (FaultProxyProcess proxy =
                FaultProxyProcess.controlled(directory, destination.listening())) {
            DaemonProcess source = source();
            QmpClient qmp = proxy.qmp();
            ask(qmp, "fault-add", "{'fault': 'section(ram):blackhole'}");
            JsonNode wait = ask(qmp, "point-wait", "{'point': 'section(ram)'}");
            source.migrate(proxy.uri());
            awaitPoint(qmp, wait);
            assertThat(ask(qmp, "channels", "{}")).anySatisfy(ControlIT::isSilent);
            ask(qmp, "channel-restore", "{'channel': 'all'}");
            CutPair.awaitStatus(source.qmp(), "completed");
            destination.awaitSaid(".*Memory is what the guest last wrote.*");
        }
    }

    private static JsonNode parse(String line) {
        try {
            return JSON.readTree(line);
        } catch (IOException e) {
            throw new AssertionError(line, e);
        }
    }
}
