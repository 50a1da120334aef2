package io.vmferry.lab.matrix;

import io.vmferry.machine.fault.FaultActionKind;
import io.vmferry.machine.fault.FaultHost;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The matrix as text for a terminal. */
record MatrixTable(List<CellResult> simulated, List<CellResult> real) {

    private static final int COLUMN = 10;

    /** The names of the actions, as columns. */
    static List<String> actions() {
        return Stream.concat(
                        FaultActionKind.of(FaultHost.NODE).stream().map(FaultActionKind::text),
                        Stream.of("sigkill", "sigstop"))
                .toList();
    }

    /** A line for each course and side. */
    List<String> summary() {
        return grid(result -> result.cell().course().name() + ", " + result.cell().side().text());
    }

    /** A line for each protocol point. */
    List<String> points() {
        return grid(result ->
                "%s, %s, %s"
                        .formatted(
                                result.cell().course().name(),
                                result.cell().side().text(),
                                result.cell().point()));
    }

    private List<String> grid(Function<CellResult, String> row) {
        List<String> lines = new ArrayList<>();
        Map<String, Map<String, List<CellResult>>> rows = new LinkedHashMap<>();
        Set<String> columns = new LinkedHashSet<>(actions());
        Set<String> used = new LinkedHashSet<>();
        for (CellResult result : both()) {
            String action = result.cell().fault().what().name();
            used.add(action);
            rows.computeIfAbsent(row.apply(result), r -> new LinkedHashMap<>())
                    .computeIfAbsent(action, a -> new ArrayList<>())
                    .add(result);
        }
        columns.retainAll(used);
        int width = rows.keySet().stream().mapToInt(String::length).max().orElse(0) + 2;
        lines.add(
                pad("", width)
                        + columns.stream().map(c -> pad(c, COLUMN)).collect(Collectors.joining()));
        rows.forEach((name, cells) ->
                lines.add(
                        pad(name, width)
                                + columns.stream()
                                        .map(c -> pad(codes(cells.get(c)), COLUMN))
                                        .collect(Collectors.joining())));
        return lines.stream().map(String::stripTrailing).toList();
    }

    private static String codes(@Nullable List<CellResult> results) {
        return results == null ? "" : OutcomeCode.all(results);
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(1, width - text.length()));
    }

    private List<CellResult> both() {
        return Stream.concat(simulated.stream(), real.stream()).toList();
    }

    /** The meaning and number of each code, and every cell that broke a rule. */
    List<String> totals() {
        List<String> lines = new ArrayList<>(List.of(""));
        for (OutcomeCode code : OutcomeCode.values()) {
            long count = both().stream().filter(r -> OutcomeCode.of(r) == code).count();
            if (count > 0) {
                lines.add("  %s %6d  %s".formatted(code.text(), count, code.meaning()));
            }
        }
        lines.add("");
        both().stream().filter(r -> r.broken().isPresent()).forEach(r -> lines.add(line(r)));
        lines.add(
                "%d simulated and %d real cells, %d broke a rule"
                        .formatted(
                                struck(simulated),
                                struck(real),
                                both().stream().filter(r -> r.broken().isPresent()).count()));
        return lines;
    }

    /** The number of cells whose fault had an effect. */
    static long struck(List<CellResult> results) {
        return results.stream().filter(CellResult::struck).count();
    }

    /** One cell on one line, with the command that repeats it. */
    static String line(CellResult result) {
        if (result.broken().isPresent()) {
            String how = result.broken().get();
            return "BROKEN %s%n  %s"
                    .formatted(how.lines().findFirst().orElse(how), result.cell().command());
        }
        if (!result.struck()) {
            return "%s: the fault had no effect".formatted(result.cell());
        }
        String recovered =
                result.recoveries() == 0
                        ? ""
                        : ", %d recoveries, %s".formatted(result.recoveries(), result.last().get());
        return "%s: %s%s, the guest is with %s, %d ms from the fault to rest%s"
                .formatted(
                        result.cell(),
                        result.outcome().get(),
                        recovered,
                        result.owner(),
                        result.restMillis(),
                        result.waited() ? ", after the user cancelled or paused it" : "");
    }
}
