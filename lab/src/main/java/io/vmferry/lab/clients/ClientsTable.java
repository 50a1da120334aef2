package io.vmferry.lab.clients;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Rows as text for a terminal. */
final class ClientsTable {

    private static final int MOST_SAID = 60;

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
                    new Column("", row -> row.good() ? "ok" : "NO"),
                    new Column("source / destination", Row::statuses),
                    new Column("client s", row -> "%.1f".formatted(row.millis() / 1000.0)),
                    new Column("last line, and what is wrong", ClientsTable::remark));

    static String remark(Row row) {
        String said =
                row.said().length() > MOST_SAID
                        ? row.said().substring(0, MOST_SAID) + "…"
                        : row.said();
        return row.trouble().isEmpty() ? said : said + " [" + row.trouble() + "]";
    }

    static List<String> lines(Rows run) {
        List<Row> rows = run.rows();
        List<List<String>> cells = new ArrayList<>();
        cells.add(COLUMNS.stream().map(Column::title).toList());
        rows.forEach(row -> cells.add(COLUMNS.stream().map(c -> c.text().apply(row)).toList()));
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
        lines.add("");
        lines.add(run.total());
        return lines;
    }
}
