package io.vmferry.lab.clients;

/** Rows as a table in Markdown: a line for each situation, a column for each client. */
final class ClientsMarkdown {

    private ClientsMarkdown() {}

    static String text(Rows run) {
        RowGrid grid = RowGrid.of(run.rows());
        StringBuilder text = new StringBuilder("| situation | as |");
        grid.clients().forEach(client -> text.append(" %s |".formatted(client)));
        text.append("\n|---|---|").append("---|".repeat(grid.clients().size())).append('\n');
        grid.lines()
                .forEach((line, cells) -> {
                    text.append("| `%s` | %s |".formatted(line.situation().name(), line.version()));
                    for (String client : grid.clients()) {
                        Row row = cells.get(client);
                        text.append(" %s |".formatted(row == null ? "" : cell(row)));
                    }
                    text.append('\n');
                });
        run.notPlayed().forEach(row -> text.append("\nNot played: ").append(row).append('\n'));
        return text.toString();
    }

    /** What the client knows is not said twice; what is not as it should be stands out. */
    private static String cell(Row row) {
        String end = row.end().text();
        if (!row.complaints().isEmpty()) {
            return "**%s**, %s".formatted(end, row.trouble());
        }
        return row.good() ? end : "**%s**, says %s".formatted(end, row.reported().text());
    }
}
