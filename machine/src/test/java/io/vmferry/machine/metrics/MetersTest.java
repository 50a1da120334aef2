package io.vmferry.machine.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.vmferry.machine.metrics.Meters.MetricKind;
import io.vmferry.protocol.status.Side;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MetersTest {

    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

    private static Set<String> families(String text) {
        return Pattern.compile("^# TYPE (\\S+) ", Pattern.MULTILINE)
                .matcher(text)
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toSet());
    }

    private static List<Metric> of(Side side) {
        return Arrays.stream(Metric.values()).filter(metric -> metric.of(side)).toList();
    }

    private static Readings everything(Side side) {
        Readings readings = new Readings();
        for (Metric metric : of(side)) {
            if (metric.kind() != MetricKind.HISTOGRAM) {
                if (metric.label().isEmpty()) {
                    readings.set(metric, 1.5);
                } else {
                    readings.set(metric, "a", 1.5);
                }
            }
        }
        return readings;
    }

    @ParameterizedTest
    @EnumSource(Side.class)
    void prometheusHasTheNamesOfTheTable(Side side) {
        Set<String> expected =
                of(side).stream().map(Metric::prometheusName).collect(Collectors.toSet());
        if (side == Side.DESTINATION) {
            // Micrometer adds a maximum over the last minutes to each timer
            expected.add(Metric.PAGE_FAULT_LATENCY.prometheusName() + "_max");
        }
        expected.add("vmferry_build_info");
        assertThat(families(Meters.withProcess(side).render(everything(side), TEXT)))
                .filteredOn(name -> name.startsWith("vmferry_"))
                .containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void showsTheLastPictureAndZeroForWhatItLacks() {
        Meters meters = Meters.withProcess(Side.SOURCE);
        Readings first = new Readings();
        first.set(Metric.SENT, "precopy", 7);
        first.set(Metric.REMAINING, 8);
        assertThat(meters.render(first, TEXT))
                .contains("vmferry_migration_sent_bytes_total{phase=\"precopy\"} 7.0")
                .contains("vmferry_ram_remaining_bytes 8.0");
        Readings second = new Readings();
        second.set(Metric.REMAINING, 2);
        assertThat(meters.render(second, TEXT))
                .contains("vmferry_migration_sent_bytes_total{phase=\"precopy\"} 0.0")
                .contains("vmferry_ram_remaining_bytes 2.0");
    }

    @Test
    void tellsTheBuildAndTheProcess() {
        String text = Meters.withProcess(Side.SOURCE).render(new Readings(), TEXT);
        assertThat(text)
                .containsPattern(
                        "vmferry_build_info\\{commit=\"[^\"]+\",jdk=\"%s\",version=\"[^\"]+\"} 1\n"
                                .formatted(Pattern.quote(Runtime.version().toString())));
        assertThat(value(text, "process_resident_memory_bytes")).isGreaterThan(1 << 20);
        assertThat(value(text, "process_cpu_seconds_total")).isPositive();
        assertThat(value(text, "process_files_open_files")).isPositive();
        assertThat(value(text, "process_start_time_seconds")).isPositive();
        assertThat(value(text, "jvm_threads_live_threads")).isPositive();
        assertThat(families(text))
                .contains("jvm_memory_used_bytes", "jvm_gc_collection_seconds")
                .noneMatch(name -> name.startsWith("system_"));
    }

    private static double value(String text, String series) {
        return text.lines()
                .filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("No " + series + " in:\n" + text));
    }

    @Test
    void sortsPageFaultsIntoBuckets() {
        Meters meters = Meters.withProcess(Side.DESTINATION);
        meters.pageFault(60_000);
        meters.pageFault(90_000);
        meters.pageFault(3_000_000);
        assertThat(meters.render(new Readings(), TEXT))
                .contains("vmferry_page_fault_latency_seconds_bucket{le=\"5.0E-5\"} 0")
                .contains("vmferry_page_fault_latency_seconds_bucket{le=\"1.0E-4\"} 2")
                .contains("vmferry_page_fault_latency_seconds_bucket{le=\"0.005\"} 3")
                .contains("vmferry_page_fault_latency_seconds_bucket{le=\"+Inf\"} 3")
                .contains("vmferry_page_fault_latency_seconds_sum 0.00315");
    }

    @Test
    void refusesWhatTheTableDoesNotHave() {
        Readings readings = new Readings();
        assertThatIllegalArgumentException().isThrownBy(() -> readings.set(Metric.SENT, 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> readings.set(Metric.REMAINING, "x", 1));
        readings.set(Metric.REMAINING, 1);
        assertThatIllegalStateException()
                .isThrownBy(() -> Meters.withProcess(Side.DESTINATION).render(readings, TEXT));
    }
}
