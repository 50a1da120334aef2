package io.vmferry.lab.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vmferry.machine.metrics.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The Grafana dashboard uses metrics that the nodes export. */
class DashboardTest {

    private static final Path FOLDER = Path.of("..", "scripts", "docker");

    /** With what Prometheus makes of a histogram taken off. */
    private static final Pattern METRIC =
            Pattern.compile("\\b(vmferry_\\w+?)(?:_bucket|_max)?(?!\\w)");

    private static JsonNode dashboard() throws IOException {
        return new ObjectMapper().readTree(FOLDER.resolve("grafana/vmferry.json").toFile());
    }

    @Test
    void everyMetricThatIsShownExists() throws IOException {
        Set<String> shown = new TreeSet<>();
        for (JsonNode panel : dashboard().path("panels")) {
            for (JsonNode target : panel.path("targets")) {
                METRIC.matcher(target.path("expr").asText())
                        .results()
                        .forEach(name -> shown.add(name.group(1)));
            }
        }
        assertThat(shown).hasSizeGreaterThan(15);
        assertThat(
                        Arrays.stream(Metric.values())
                                .map(Metric::prometheusName)
                                .collect(Collectors.toSet()))
                .containsAll(shown);
    }

    @Test
    void panelsReadTheSourceThatIsProvided() throws IOException {
        String provided =
                Files.readString(FOLDER.resolve("grafana/provisioning/datasources/prometheus.yml"));
        for (JsonNode panel : dashboard().path("panels")) {
            assertThat(provided)
                    .contains("uid: " + panel.path("datasource").path("uid").asText() + "\n");
        }
    }

    @Test
    void prometheusReadsWhereTheNodesServe() throws IOException {
        String compose = Files.readString(FOLDER.resolve("compose.yml"));
        String targets = Files.readString(FOLDER.resolve("prometheus.yml"));
        assertThat(compose)
                .containsPattern(
                        "(?s)dest:.*--metrics 0.0.0.0:9464 .*source:.*--metrics 0.0.0.0:9464 ");
        assertThat(targets).contains("\"source:9464\", \"dest:9464\"");
    }
}
