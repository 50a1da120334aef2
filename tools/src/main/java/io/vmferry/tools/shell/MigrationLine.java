package io.vmferry.tools.shell;

import com.fasterxml.jackson.databind.JsonNode;
import io.vmferry.machine.terminal.Progress;
import io.vmferry.machine.terminal.Progress.ProgressCell;
import io.vmferry.machine.text.Figures;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Renders the result of {@code query-migrate} in one line for people. */
final class MigrationLine {

    private static final double BYTES_PER_MEGABIT = 1e6 / 8;
    private static final int USUAL_PAGE = 4096;
    private static final Set<String> ENDED = Set.of("completed", "failed", "cancelled");

    private MigrationLine() {}

    /** The whole line for a running or finished migration. */
    static String of(JsonNode report) {
        return progress(report).map(Progress::all).orElseGet(() -> end(report));
    }

    /** The line in so many columns, from which a migration that is under way leaves cells out. */
    static String fit(JsonNode report, int columns) {
        return progress(report).map(now -> now.fit(columns)).orElseGet(() -> end(report));
    }

    /** The member {@code status}; empty when there was no migration. */
    static String status(JsonNode report) {
        return report.path("status").asText();
    }

    private static String end(JsonNode report) {
        String status = status(report);
        if (status.isEmpty()) {
            return "no migration";
        }
        List<String> parts = new ArrayList<>();
        JsonNode ram = report.path("ram");
        if (ram.isObject()) {
            parts.add(Figures.bytes(ram.path("transferred").asLong()) + " sent");
            parts.add(Figures.counted(ram.path("dirty-sync-count").asLong(), "dirty sync"));
        }
        millis(report, "downtime").ifPresent(time -> parts.add("downtime " + Figures.nanos(time)));
        if (status.equals("completed")) {
            millis(report, "total-time")
                    .ifPresent(time -> parts.add("total " + Figures.nanos(time)));
        }
        if (report.has("error-desc")) {
            parts.add(report.path("error-desc").asText());
        }
        return parts.isEmpty() ? status : status + " " + String.join(", ", parts);
    }

    /** The cells; empty without figures of RAM, which a QEMU leaves out in some states. */
    private static Optional<Progress> progress(JsonNode report) {
        JsonNode ram = report.path("ram");
        String status = status(report);
        if (!ram.isObject() || ENDED.contains(status)) {
            return Optional.empty();
        }
        boolean precopy = status.equals("active");
        long total = ram.path("total").asLong();
        long remaining = ram.path("remaining").asLong();
        double share = total == 0 ? 1 : 1 - (double) remaining / total;
        long rate = (long) (ram.path("mbps").asDouble() * BYTES_PER_MEGABIT);
        String pass = "pass " + ram.path("dirty-sync-count").asLong();
        List<ProgressCell> cells = new ArrayList<>();
        cells.add(new ProgressCell(precopy ? pass : status, 0));
        cells.add(new ProgressCell("%d%%".formatted((int) (100 * share)), 10));
        cells.add(new ProgressCell(Figures.bytes(remaining) + " left", 60));
        cells.add(new ProgressCell(Figures.bytes(rate) + "/s", 20));
        if (status.startsWith("postcopy")) {
            long asked = ram.path("postcopy-requests").asLong();
            cells.add(new ProgressCell(Figures.counted(asked, "page") + " asked for", 55));
        } else {
            precopy(cells, report, ram);
        }
        millis(report, "total-time")
                .ifPresent(
                        time -> cells.add(new ProgressCell(Figures.clock(time) + " elapsed", 35)));
        cells.add(
                new ProgressCell(
                        "ETA " + timeLeft(remaining, rate - (precopy ? dirtied(ram) : 0)), 30));
        if (report.has("error-desc")) {
            cells.add(new ProgressCell(report.path("error-desc").asText(), 5));
        }
        return Optional.of(new Progress(cells, OptionalDouble.of(share)));
    }

    private static void precopy(List<ProgressCell> cells, JsonNode report, JsonNode ram) {
        // the rate is measured from one dirty sync to the next
        boolean measured = ram.path("dirty-sync-count").asLong() > 1;
        cells.add(
                new ProgressCell(
                        measured
                                ? "dirty " + Figures.bytes(dirtied(ram)) + "/s"
                                : "dirty rate being measured",
                        40));
        if (measured) {
            millis(report, "expected-downtime")
                    .ifPresent(time ->
                            cells.add(new ProgressCell("downtime ~" + Figures.nanos(time), 70)));
        }
        JsonNode throttle = report.path("cpu-throttle-percentage");
        if (throttle.asLong() > 0) {
            cells.add(new ProgressCell("throttle " + throttle.asLong() + " %", 45));
        }
    }

    /** Bytes per second that the guest writes to clean pages. */
    private static long dirtied(JsonNode ram) {
        return ram.path("dirty-pages-rate").asLong() * ram.path("page-size").asLong(USUAL_PAGE);
    }

    /** Unknown while the guest writes faster than it moves. */
    private static String timeLeft(long bytes, long bytesPerSecond) {
        return bytesPerSecond <= 0
                ? "unknown"
                : Figures.clock((long) (bytes * 1e9 / bytesPerSecond));
    }

    private static Optional<Long> millis(JsonNode report, String name) {
        JsonNode value = report.path(name);
        return value.isNumber()
                ? Optional.of(TimeUnit.MILLISECONDS.toNanos(value.asLong()))
                : Optional.empty();
    }
}
