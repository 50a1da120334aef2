package io.vmferry.lab.clients;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Rows as a table in Markdown: a line for each situation, a column for each client. */
final class ClientsMarkdown {

    private ClientsMarkdown() {}

    static String text(List<Row> rows) {
        Set<String> clients = new LinkedHashSet<>();
        Map<String, Map<String, String>> lines = new LinkedHashMap<>();
        for (Row row : rows) {
            clients.add(row.client());
            lines.computeIfAbsent(
                            "`%s` %s".formatted(row.situation().name(), row.version()),
                            _ -> new LinkedHashMap<>())
                    .put(row.client(), cell(row));
        }
        StringBuilder text = new StringBuilder("| situation |");
        clients.forEach(client -> text.append(" %s |".formatted(client)));
        text.append("\n|---|").append("---|".repeat(clients.size())).append('\n');
        lines.forEach((situation, cells) -> {
            text.append("| %s |".formatted(situation));
            clients.forEach(
                    client -> text.append(" %s |".formatted(cells.getOrDefault(client, ""))));
            text.append('\n');
        });
        return text.toString();
    }

    /** What is not as it should be stands out. */
    private static String cell(Row row) {
        String text = "%s, says %s".formatted(row.end().text(), row.claim().text());
        return row.good() ? text : "**%s**".formatted(text);
    }
}
