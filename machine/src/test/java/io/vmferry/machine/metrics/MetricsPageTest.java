package io.vmferry.machine.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.protocol.status.Side;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Compares the documentation's page of metrics with the table that it is printed from. */
class MetricsPageTest {

    private static final Path PAGE = Path.of("METRICS.md");
    private static final Path PRINTED = Path.of("target", "metrics.md");

    private static final String TEXT_FORMAT = "text/plain; version=0.0.4; charset=utf-8";

    /** Name, help, type, and the series up to the next family. */
    private static final Pattern FAMILY =
            Pattern.compile("# HELP (\\S+) *(.*)\n# TYPE \\1 (\\w+)\n((?:[^#].*\n)*)");

    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"");

    private static String page() {
        return """
        # What `--metrics` serves

        Printed from the table in `io.vmferry.machine.metrics`. What is said to be of "this migration" begins
        anew with each `migrate`, as a counter does with a new process. Labels have the values of an
        enumeration or the index of a vCPU: their number does not depend on what a guest or a peer does.
        """
                + section("Both nodes", true, true)
                + section("The source", true, false)
                + section("The destination", false, true)
                + process();
    }

    /** Read from a scrape: the binders of a library name and explain their meters themselves. */
    private static String process() {
        String scrape = Meters.withProcess(Side.SOURCE).render(new Readings(), TEXT_FORMAT);
        return FAMILY.matcher(scrape)
                .results()
                .sorted(Comparator.comparing(family -> family.group(1)))
                .map(family ->
                        "| `%s` | %s | %s | %s |\n"
                                .formatted(
                                        family.group(1),
                                        family.group(3),
                                        labels(family.group(4)),
                                        family.group(2).replace("|", "\\|")))
                .collect(
                        Collectors.joining(
                                "",
                                """

                                ## The process

                                Of its build, its JVM and its use of the machine; there from the first scrape on.

                                | metric | kind | labels | |
                                |---|---|---|---|
                                """,
                                ""));
    }

    private static String labels(String series) {
        return LABEL.matcher(series)
                .results()
                .map(label -> label.group(1))
                .distinct()
                .collect(Collectors.joining(", "));
    }

    private static String section(String title, boolean source, boolean destination) {
        return Arrays.stream(Metric.values())
                .filter(metric -> metric.of(Side.SOURCE) == source)
                .filter(metric -> metric.of(Side.DESTINATION) == destination)
                .map(MetricsPageTest::row)
                .collect(
                        Collectors.joining(
                                "",
                                "\n## %s\n\n| metric | kind | label | |\n|---|---|---|---|\n"
                                        .formatted(title),
                                ""));
    }

    private static String row(Metric metric) {
        return "| `%s` | %s | %s | %s |\n"
                .formatted(
                        metric.prometheusName(),
                        metric.kind().name().toLowerCase(Locale.ROOT),
                        metric.label(),
                        metric.help());
    }

    @Test
    void thePageIsWhatTheTablePrints() throws IOException {
        Files.createDirectories(PRINTED.getParent());
        Files.writeString(PRINTED, page());
        assertThat(Files.readString(PAGE))
                .as("METRICS.md is stale; the new one is target/metrics.md")
                .isEqualTo(page());
    }
}
