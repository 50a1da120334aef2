package io.vmferry.lab.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** The Grafana dashboard and the alert rules use metrics that the nodes export. */
class DashboardTest {

    private static final Path FOLDER = Path.of("..", "scripts", "docker");

    private static final Pattern METRIC = Pattern.compile("\\b(?:vmferry|process|jvm)_\\w+");

    /** What Prometheus makes of a histogram or a summary. */
    private static final Pattern PART = Pattern.compile("_(?:bucket|max|sum|count)$");

    private static final Pattern ALERT = Pattern.compile("- alert: (\\w+)");

    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(\\w+)` \\|");

    private static JsonNode dashboard() throws IOException {
        return new ObjectMapper().readTree(FOLDER.resolve("grafana/vmferry.json").toFile());
    }

    private static List<String> expressions() throws IOException {
        List<String> all = new ArrayList<>();
        for (JsonNode panel : dashboard().path("panels")) {
            panel.path("targets").forEach(target -> all.add(target.path("expr").asText()));
        }
        return all;
    }

    private static String alerts() throws IOException {
        return Files.readString(FOLDER.resolve("alerts.yml"));
    }

    private static Set<String> named(String text) {
        return METRIC.matcher(text)
                .results()
                .map(name -> name.group())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Those names that the page of metrics, which is printed from the code, does not have. */
    private static Set<String> unknown(Set<String> names) throws IOException {
        Set<String> exported =
                ROW.matcher(Files.readString(Path.of("..", "machine", "METRICS.md")))
                        .results()
                        .map(row -> row.group(1))
                        .collect(Collectors.toSet());
        Set<String> unknown = new TreeSet<>(names);
        unknown.removeIf(name ->
                exported.contains(name) || exported.contains(PART.matcher(name).replaceFirst("")));
        return unknown;
    }

    @Test
    void everyMetricThatIsShownExists() throws IOException {
        Set<String> shown = named(String.join(" ", expressions()));
        assertThat(shown).hasSizeGreaterThan(20).contains("vmferry_build_info");
        assertThat(unknown(shown)).isEmpty();
    }

    @Test
    void everyMetricThatAnAlertWatchesExists() throws IOException {
        Set<String> watched = named(alerts());
        assertThat(watched).contains("vmferry_guest_running", "vmferry_migration_status");
        assertThat(unknown(watched)).isEmpty();
    }

    @Test
    void theDocumentExplainsEveryAlert() throws IOException {
        String document = Files.readString(Path.of("..", "docs", "operations.md"));
        assertThat(ALERT.matcher(alerts()).results().map(alert -> alert.group(1)))
                .hasSizeGreaterThan(3)
                .allSatisfy(name -> assertThat(document).contains("\n| " + name + " | "));
    }

    @Test
    void theUserChoosesSourceAndNodes() throws IOException {
        List<String> variables =
                StreamSupport.stream(
                                dashboard().path("templating").path("list").spliterator(), false)
                        .map(variable -> variable.path("name").asText())
                        .toList();
        assertThat(variables).containsExactly("datasource", "job", "instance");
        for (JsonNode panel : dashboard().path("panels")) {
            String title = panel.path("title").asText();
            assertThat(panel.findValuesAsText("uid")).as(title).containsOnly("${datasource}");
        }
        assertThat(expressions())
                .allSatisfy(text ->
                        assertThat(text).contains("job=~\"$job\", instance=~\"$instance\""));
    }

    @Test
    void ratesFitAnyScrapeInterval() throws IOException {
        assertThat(expressions().stream().filter(text -> text.contains("[")))
                .hasSizeGreaterThan(5)
                .allSatisfy(text ->
                        assertThat(text.replace("[$__rate_interval]", "")).doesNotContain("["));
    }

    @Test
    void prometheusReadsWhereTheNodesServe() throws IOException {
        String compose = Files.readString(FOLDER.resolve("compose.yml"));
        String prometheus = Files.readString(FOLDER.resolve("prometheus.yml"));
        assertThat(compose)
                .containsPattern(
                        "(?s)dest:.*--metrics 0.0.0.0:9464 .*source:.*--metrics 0.0.0.0:9464 ")
                .contains("./alerts.yml:/etc/prometheus/alerts.yml:ro");
        assertThat(prometheus)
                .contains("\"source:9464\", \"dest:9464\"", "rule_files: [alerts.yml]");
    }
}
