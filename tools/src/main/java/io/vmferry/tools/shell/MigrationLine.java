package io.vmferry.tools.shell;

import com.fasterxml.jackson.databind.JsonNode;
import io.vmferry.machine.text.Figures;
import java.util.ArrayList;
import java.util.List;

/** Renders the result of {@code query-migrate} in one line for people. */
final class MigrationLine {

    private static final int BAR_COLUMNS = 20;
    private static final double BYTES_PER_MEGABIT = 1e6 / 8;

    private MigrationLine() {}

    /** The line for a running or finished migration. */
    static String of(JsonNode report) {
        String status = status(report);
        if (status.isEmpty()) {
            return "no migration";
        }
        List<String> parts = new ArrayList<>();
        JsonNode ram = report.path("ram");
        boolean done = status.equals("completed");
        if (ram.isObject() && !done) {
            underWay(parts, report, ram);
        } else if (ram.isObject()) {
            parts.add(Figures.bytes(ram.path("transferred").asLong()) + " sent");
            parts.add(Figures.counted(ram.path("dirty-sync-count").asLong(), "dirty sync"));
        }
        number(parts, report, "downtime", "downtime %d ms");
        if (done) {
            number(parts, report, "total-time", "total %d ms");
        }
        if (report.has("error-desc")) {
            parts.add(report.path("error-desc").asText());
        }
        return parts.isEmpty() ? status : status + " " + String.join(", ", parts);
    }

    /** The member {@code status}; empty when there was no migration. */
    static String status(JsonNode report) {
        return report.path("status").asText();
    }

    private static void underWay(List<String> parts, JsonNode report, JsonNode ram) {
        long total = ram.path("total").asLong();
        long remaining = ram.path("remaining").asLong();
        double share = total == 0 ? 1 : (double) (total - remaining) / total;
        parts.add(
                "pass %d %s %s left"
                        .formatted(
                                ram.path("dirty-sync-count").asLong(),
                                Figures.bar(share, BAR_COLUMNS),
                                Figures.bytes(remaining)));
        parts.add(Figures.bytes((long) (ram.path("mbps").asDouble() * BYTES_PER_MEGABIT)) + "/s");
        parts.add(
                "dirty %s pages/s".formatted(Figures.count(ram.path("dirty-pages-rate").asLong())));
        number(parts, report, "expected-downtime", "downtime ~%d ms");
        number(parts, report, "cpu-throttle-percentage", "throttle %d %%");
    }

    private static void number(List<String> parts, JsonNode report, String name, String text) {
        if (report.path(name).isNumber()) {
            parts.add(text.formatted(report.path(name).asLong()));
        }
    }
}
