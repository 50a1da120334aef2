package io.vmferry.lab.clients;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Function;

/** Rows as text for a terminal. */
final class ClientsTable {

    private static final int MOST_SAID = 60;

    /** The columns that stand in the first line of a row that is too wide for one. */
    private static final int FIRST_LINE = 6;

    private static final String INDENT = "    ";

    private ClientsTable() {}

    /** A column of the reports. */
    record Column(String title, Function<Row, String> text) {}

    static final List<Column> COLUMNS =
            List.of(
                    new Column("client", Row::client),
                    new Column("situation", row -> row.situation().name()),
                    new Column("as", Row::version),
                    new Column("guest", row -> row.end().text()),
                    new Column("client says", row -> row.reported().text()),
                    new Column("ok", row -> row.good() ? "ok" : "NO"),
                    new Column("source / destination", Row::statuses),
                    new Column("seconds", row -> "%.1f".formatted(row.millis() / 1000.0)),
                    new Column("last line, and what is wrong", ClientsTable::remark));

    static String remark(Row row) {
        String said =
                row.said().length() > MOST_SAID
                        ? row.said().substring(0, MOST_SAID) + "…"
                        : row.said();
        return row.trouble().isEmpty() ? said : said + " [" + row.trouble() + "]";
    }

    /**
     * The table, its total and what was not played.
     *
     * @param width of the terminal; where a row does not fit, it takes two lines, the second one
     *     indented. Empty where nobody looks
     */
    static List<String> lines(Rows run, OptionalInt width) {
        List<List<String>> cells = new ArrayList<>();
        cells.add(COLUMNS.stream().map(Column::title).toList());
        run.rows()
                .forEach(row -> cells.add(COLUMNS.stream().map(c -> c.text().apply(row)).toList()));
        List<String> lines = aligned(cells);
        if (width.isPresent()
                && lines.stream().anyMatch(line -> line.length() > width.getAsInt())) {
            lines = folded(cells, width.getAsInt());
        }
        lines.add("");
        lines.add(run.total());
        return lines;
    }

    private static List<String> aligned(List<List<String>> cells) {
        List<String> lines = new ArrayList<>();
        for (List<String> line : cells) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < line.size(); i++) {
                int column = i;
                int width = cells.stream().mapToInt(l -> l.get(column).length()).max().orElse(0);
                text.append(line.get(i)).append(" ".repeat(width - line.get(i).length() + 2));
            }
            lines.add(text.toString().stripTrailing());
        }
        return lines;
    }

    private static List<String> folded(List<List<String>> cells, int width) {
        List<String> first = aligned(cells.stream().map(l -> l.subList(0, FIRST_LINE)).toList());
        List<String> second =
                aligned(cells.stream().map(l -> l.subList(FIRST_LINE, l.size())).toList());
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < cells.size(); i++) {
            lines.add(first.get(i));
            String below = INDENT + second.get(i);
            lines.add(
                    below.length() > width
                            ? below.substring(0, Math.max(0, width - 1)) + "…"
                            : below);
        }
        return lines;
    }
}
