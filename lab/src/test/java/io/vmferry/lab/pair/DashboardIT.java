package io.vmferry.lab.pair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vmferry.lab.process.ChildProcess;
import io.vmferry.lab.process.Nodes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Prometheus, configured as by the compose file, scrapes two nodes and has what each chart of the
 * dashboard asks it for, also through {@code scripts/dashboard}.
 */
class DashboardIT {

    private static final Path FOLDER = Path.of("..", "scripts", "docker");
    private static final Pattern LABEL = Pattern.compile("\\{\\{(\\w+)}}");
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

    /** The label instance has an address without its port: each node has one of its own. */
    private static String options(String address) {
        return "--memory 64M --vcpus 2 --capability postcopy-ram --qmp --metrics "
                + address
                + ":0 ";
    }

    private static String metrics(DaemonProcess node) throws Exception {
        return node.awaitLogged(".*Metrics at http://(\\S+)/metrics").group(1);
    }

    private void migrate(
            DaemonProcess source, DaemonProcess destination, PrometheusServer prometheus)
            throws Exception {
        source.parameter("max-bandwidth", 20_000_000);
        source.parameter("max-postcopy-bandwidth", 20_000_000);
        source.migrate("unix:" + daemons.file("m"));
        source.qmp().awaitMigration("active");
        // a bandwidth that has been measured, and a pass in which pages have become dirty
        prometheus.awaitSeries("vmferry_migration_throughput_bytes_per_second > 0", 1);
        source.qmp().execute("migrate-start-postcopy");
        source.qmp().awaitMigration("completed");
        CutPair.awaitStatus(destination.qmp(), "completed");
    }

    private static Stream<JsonNode> targets() throws IOException {
        JsonNode dashboard = JSON.readTree(FOLDER.resolve("grafana/vmferry.json").toFile());
        return dashboard.path("panels").findValues("targets").stream()
                .flatMap(targets -> targets.valueStream());
    }

    @Test
    void everyChartShowsAMigration() throws Exception {
        assumeTrue(ChildProcess.installed("prometheus"), "no prometheus");
        long begin = Instant.now().getEpochSecond();
        DaemonProcess destination =
                daemons.destination(options("127.0.0.2") + "--incoming unix:" + daemons.file("m"));
        DaemonProcess source =
                daemons.source(
                        options("127.0.0.1")
                                + "--capability events --workload uniform,rate=5000,boot=64M");
        destination.listening();
        try (PrometheusServer prometheus =
                        new PrometheusServer(directory, metrics(source), metrics(destination));
                ChildProcess dashboard = dashboard(prometheus)) {
            String page =
                    dashboard.awaitLine(Pattern.compile("The dashboard is at (\\S+) .*")).group(1);
            prometheus.awaitSeries("up == 1", 2);
            migrate(source, destination, prometheus);
            prometheus.awaitSeries("vmferry_verdict_memory{state=\"proved\"} == 1", 1);

            List<JsonNode> targets = targets().toList();
            assertThat(targets).hasSizeGreaterThan(20);
            for (JsonNode target : targets) {
                hasSeries(prometheus, page, target, begin);
            }
        }
    }

    private ChildProcess dashboard(PrometheusServer prometheus) throws IOException {
        return ChildProcess.start(
                directory,
                "dashboard",
                List.of(
                        Nodes.scripts().resolve("dashboard").toString(),
                        "--prometheus",
                        prometheus.url(),
                        "--listen",
                        "127.0.0.1:0"));
    }

    private static void hasSeries(
            PrometheusServer prometheus, String page, JsonNode target, long begin)
            throws Exception {
        String query =
                target.path("expr")
                        .asText()
                        .replace("$job", ".*")
                        .replace("$instance", ".*")
                        .replace("$__rate_interval", "4s");
        JsonNode series = prometheus.range(page, query, begin, Instant.now().getEpochSecond());
        assertThat(series).as(query).isNotEmpty();
        String legend = target.path("legendFormat").asText();
        assertThat(LABEL.matcher(legend).results().map(label -> label.group(1)))
                .as(query)
                .allSatisfy(label -> assertThat(series.get(0).path("metric").has(label)).isTrue());
    }
}
