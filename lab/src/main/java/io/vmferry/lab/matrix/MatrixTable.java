package io.vmferry.lab.matrix;

import io.vmferry.machine.text.Figures;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The matrix as text for a terminal. */
record MatrixTable(MatrixRun run) {

    private static final int COLUMN = 10;

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
        Set<String> columns = new LinkedHashSet<>(MatrixGrid.allActions());
        Set<String> used = new LinkedHashSet<>();
        for (CellResult result : run.both()) {
            String action = result.cell().action();
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

    /** How many cells there were of the kinds that were run. */
    static String cells(long simulated, long real) {
        if (real == 0) {
            return Figures.counted(simulated, "simulated cell");
        }
        return simulated == 0
                ? Figures.counted(real, "real cell")
                : Figures.number(simulated)
                        + " simulated and "
                        + Figures.counted(real, "real cell");
    }

    private static String codes(@Nullable List<CellResult> results) {
        return results == null ? "" : OutcomeCode.all(results);
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(1, width - text.length()));
    }

    /** The meaning and number of each code, and every cell that broke a rule. */
    List<String> totals() {
        List<String> lines = new ArrayList<>(List.of(""));
        for (OutcomeCode code : OutcomeCode.values()) {
            long count = run.both().stream().filter(r -> OutcomeCode.of(r) == code).count();
            if (count > 0) {
                lines.add(
                        "  %s %7s  %s"
                                .formatted(code.text(), Figures.number(count), code.meaning()));
            }
        }
        lines.add("");
        run.broken().forEach(result -> lines.add(CellText.line(result)));
        lines.add(
                "%s, %s broke a rule"
                        .formatted(
                                cells(
                                        MatrixRun.struck(run.simulated()),
                                        MatrixRun.struck(run.real())),
                                Figures.number(run.broken().size())));
        return lines;
    }
}
