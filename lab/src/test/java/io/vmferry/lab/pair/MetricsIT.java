package io.vmferry.lab.pair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vmferry.machine.metrics.Metric;
import io.vmferry.protocol.status.Side;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both nodes export the metrics of a postcopy; Prometheus' own checker accepts them. */
class MetricsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String METRICS = "--metrics 127.0.0.1:0 ";
    private static final String ADDRESS = ".*Metrics at (http://\\S+)/metrics";

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

    private static String get(DaemonProcess node, String path) throws Exception {
        HttpResponse<String> response = response(node, path);
        assertThat(response.statusCode()).isEqualTo(200);
        return response.body();
    }

    private static HttpResponse<String> response(DaemonProcess node, String path) throws Exception {
        String address = node.awaitLogged(ADDRESS).group(1);
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(address + path)).timeout(PATIENCE).build();
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        }
    }

    /** Whether a migration can begin at a node; the body says the same as the status code. */
    private static boolean ready(DaemonProcess node) throws Exception {
        HttpResponse<String> response = response(node, "/readyz");
        boolean ready = response.statusCode() == 200;
        assertThat(response.statusCode()).isIn(200, 503);
        assertThat(response.body()).contains("\"ready\":" + ready);
        return ready;
    }

    private static double value(String text, String series) {
        return text.lines()
                .filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("No " + series + " in:\n" + text));
    }

    @Test
    void bothNodesTellHowAPostcopyWent() throws Exception {
        String machine = "--memory 64M --vcpus 2 --device vfio,state-size=1M --qmp " + METRICS;
        DaemonProcess destination =
                daemons.destination(
                        machine
                                + "--capability multifd --capability postcopy-ram --incoming unix:"
                                + daemons.file("m"));
        DaemonProcess source =
                daemons.source(
                        machine
                                + "--capability multifd --capability postcopy-ram --capability events"
                                + " --capability return-path"
                                + " --workload uniform,rate=20000,boot=64M");
        destination.listening();
        source.qmp();
        assertThat(get(source, "/healthz"))
                .isEqualTo("{\"status\":\"none\",\"guest-running\":true}\n");
        assertThat(get(destination, "/healthz")).contains("\"guest-running\":false");
        assertThat(ready(source)).isTrue();
        assertThat(ready(destination)).isTrue();
        source.parameter("max-bandwidth", 20_000_000);
        source.migrate("unix:" + daemons.file("m"));
        source.qmp().awaitMigration("active");
        assertThat(get(source, "/healthz")).contains("\"status\":\"active\"");
        assertThat(ready(source)).isFalse();
        source.qmp().execute("migrate-start-postcopy");
        source.qmp().awaitMigration("completed");

        CutPair.awaitStatus(destination.qmp(), "completed");
        // a vCPU whose page has come may still be about to go on, and be counted
        destination.qmp().execute("stop");

        assertThat(ready(source)).isFalse();
        assertThat(ready(destination)).isFalse();
        String sent = get(source, "/metrics");
        String received = get(destination, "/metrics");
        hasWholeTable(sent, Side.SOURCE);
        hasWholeTable(received, Side.DESTINATION);
        agreesWithTheMonitor(source, sent);
        assertThat(value(received, "vmferry_page_requests_total"))
                .isEqualTo(value(sent, "vmferry_page_requests_total"))
                .isPositive();
        for (int channel = 0; channel < 2; channel++) {
            String of = "_bytes_total{channel=\"" + channel + "\"}";
            assertThat(value(received, "vmferry_multifd_received" + of))
                    .isEqualTo(value(sent, "vmferry_multifd_sent" + of))
                    .isPositive();
        }
        assertThat(value(received, "vmferry_page_fault_latency_seconds_count"))
                .isEqualTo(
                        value(received, "vmferry_vcpu_stalls_total{vcpu=\"0\"}")
                                + value(received, "vmferry_vcpu_stalls_total{vcpu=\"1\"}"))
                .isPositive();
        promtoolAccepts(sent);
        promtoolAccepts(received);
    }

    private static void hasWholeTable(String text, Side side) {
        Stream<String> names =
                Arrays.stream(Metric.values())
                        .filter(metric -> metric.of(side))
                        .map(metric -> "# TYPE " + metric.prometheusName() + " ");
        assertThat(names).allSatisfy(name -> assertThat(text).contains(name));
    }

    private static void agreesWithTheMonitor(DaemonProcess source, String text) throws Exception {
        var ram = source.queryMigrate().path("ram");
        assertThat(value(text, "vmferry_ram_pages_total{kind=\"normal\"}"))
                .isEqualTo(ram.path("normal").asDouble());
        assertThat(value(text, "vmferry_ram_passes_total"))
                .isEqualTo(ram.path("dirty-sync-count").asDouble());
        assertThat(value(text, "vmferry_migration_sent_bytes_total{phase=\"postcopy\"}"))
                .isEqualTo(ram.path("postcopy-bytes").asDouble());
        assertThat(value(text, "vmferry_migration_status{status=\"completed\"}")).isEqualTo(1);
    }

    /** Skipped where there is no promtool; what else the test says has held by then. */
    private void promtoolAccepts(String text) throws Exception {
        boolean there =
                Arrays.stream(System.getenv("PATH").split(":"))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "promtool")));
        assumeThat(there).as("promtool, which checks metrics, is on the PATH").isTrue();
        Path input = Files.writeString(daemons.file("metrics.txt"), text);
        Process check =
                new ProcessBuilder("promtool", "check", "metrics")
                        .redirectInput(input.toFile())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(check.waitFor()).as(said).isZero();
        assertThat(said).as("what promtool would have better").isEmpty();
    }

    @Test
    void aDestinationIsReadyOnceItListens() throws Exception {
        DaemonProcess destination =
                daemons.destination("--memory 16M --qmp " + METRICS + "--incoming defer");
        assertThat(ready(destination)).isFalse();
        destination
                .qmp()
                .execute("migrate-incoming", "{\"uri\": \"unix:" + daemons.file("m") + "\"}");
        assertThat(ready(destination)).isTrue();
    }

    @Test
    void aLogForMachinesHasAnObjectALine() throws Exception {
        DaemonProcess destination =
                daemons.destination(
                        "--memory 16M --log-format json --verbose --once --incoming unix:"
                                + daemons.file("m"));
        destination.listening();
        DaemonProcess source =
                daemons.source(
                        "--memory 16M --name left --log-format=json --verbose --workload uniform,boot=16M"
                                + " --migrate unix:"
                                + daemons.file("m"));
        source.exits(0);
        destination.exits(0);
        ObjectMapper json = new ObjectMapper();
        for (String line : source.log().lines().toList()) {
            assertThat(json.readTree(line).path("message").asText()).isNotEmpty();
            assertThat(json.readTree(line).path("node").asText()).isEqualTo("source-node");
            assertThat(json.readTree(line).path("name").asText()).isEqualTo("left");
        }
        assertThat(points(json, destination)).contains("main-channel", "eof-received");
        assertThat(points(json, source))
                .containsSubsequence("connected", "header-sent", "guest-stopped", "eof-sent");
    }

    private static Stream<String> points(ObjectMapper json, DaemonProcess node) throws IOException {
        Stream.Builder<String> points = Stream.builder();
        for (String line : node.log().lines().toList()) {
            points.add(json.readTree(line).path("point").asText());
        }
        return points.build();
    }
}
