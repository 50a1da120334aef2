package io.vmferry.lab.matrix;

import io.vmferry.machine.text.Figures;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The matrix as text for a terminal. */
record MatrixTable(MatrixRun run) {

    private static final String INDENT = "  ";

    /** The cells of a protocol point or of a side, by action. */
    private record MatrixRow(String name, Map<String, String> codes) {}

    /**
     * A line for each course and side.
     *
     * @param columns of the terminal; where the table is wider, actions go on in a second one.
     *     Empty where nobody looks
     */
    List<String> summary(OptionalInt columns) {
        return grid(
                result -> result.cell().course().name(),
                result -> result.cell().side().text(),
                columns);
    }

    /** A line for each protocol point; the columns as those of the summary. */
    List<String> points(OptionalInt columns) {
        return grid(
                result -> result.cell().course().name() + ", " + result.cell().side().text(),
                result -> result.cell().point(),
                columns);
    }

    private List<String> grid(
            Function<CellResult, String> group,
            Function<CellResult, String> row,
            OptionalInt columns) {
        Map<String, List<MatrixRow>> groups = new LinkedHashMap<>();
        by(group, run.both())
                .forEach((title, results) -> groups.put(title, rows(by(row, results))));
        int names = names(groups);
        Map<String, Integer> widths = widths(groups);
        List<String> lines = new ArrayList<>();
        for (List<String> actions : parts(widths, columns.orElse(Integer.MAX_VALUE) - names)) {
            if (!lines.isEmpty()) {
                lines.add("");
            }
            lines.add(line("", names, actions, widths, action -> action));
            groups.forEach((title, members) -> {
                lines.add(title);
                for (MatrixRow member : members) {
                    lines.add(
                            line(
                                    INDENT + member.name(),
                                    names,
                                    actions,
                                    widths,
                                    action -> member.codes().getOrDefault(action, "")));
                }
            });
        }
        return lines;
    }

    /** The width of the names in front of the cells. */
    private static int names(Map<String, List<MatrixRow>> groups) {
        return Stream.concat(
                        groups.keySet().stream(),
                        groups.values().stream()
                                .flatMap(List::stream)
                                .map(row -> INDENT + row.name()))
                .mapToInt(String::length)
                .max()
                .orElse(0);
    }

    /** The width of each action that was injected, with a blank in front. */
    private static Map<String, Integer> widths(Map<String, List<MatrixRow>> groups) {
        Map<String, Integer> widths = new LinkedHashMap<>();
        for (String action : MatrixGrid.allActions()) {
            groups.values().stream()
                    .flatMap(List::stream)
                    .map(row -> row.codes().getOrDefault(action, ""))
                    .filter(codes -> !codes.isEmpty())
                    .mapToInt(String::length)
                    .max()
                    .ifPresent(codes -> widths.put(action, 1 + Math.max(codes, action.length())));
        }
        return widths;
    }

    private static Map<String, List<CellResult>> by(
            Function<CellResult, String> name, List<CellResult> results) {
        return results.stream()
                .collect(Collectors.groupingBy(name, LinkedHashMap::new, Collectors.toList()));
    }

    private static List<MatrixRow> rows(Map<String, List<CellResult>> results) {
        return results.entrySet().stream()
                .map(row -> {
                    Map<String, String> codes = new LinkedHashMap<>();
                    by(result -> result.cell().action(), row.getValue())
                            .forEach((action, cells) -> codes.put(action, OutcomeCode.all(cells)));
                    return new MatrixRow(row.getKey(), codes);
                })
                .toList();
    }

    /** The actions in parts that fit the room; one that is too wide alone is a part. */
    private static List<List<String>> parts(Map<String, Integer> widths, int room) {
        List<List<String>> parts = new ArrayList<>(List.of(new ArrayList<>()));
        int used = 0;
        for (Map.Entry<String, Integer> action : widths.entrySet()) {
            if (used + action.getValue() > room && !parts.getLast().isEmpty()) {
                parts.add(new ArrayList<>());
                used = 0;
            }
            parts.getLast().add(action.getKey());
            used += action.getValue();
        }
        return parts;
    }

    private static String line(
            String name,
            int names,
            List<String> actions,
            Map<String, Integer> widths,
            UnaryOperator<String> text) {
        StringBuilder line = new StringBuilder(pad(name, names));
        for (String action : actions) {
            line.append(pad(" " + text.apply(action), widths.getOrDefault(action, 0)));
        }
        return line.toString().stripTrailing();
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

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
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
