package io.vmferry.lab.clients;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Rows by situation and client.
 *
 * @param lines by situation and version, then by client
 */
record RowGrid(Set<String> clients, Map<GridLine, Map<String, Row>> lines) {

    /** What all rows of a line have in common. */
    record GridLine(Situation situation, String version) {}

    static RowGrid of(List<Row> rows) {
        Set<String> clients = new LinkedHashSet<>();
        Map<GridLine, Map<String, Row>> lines = new LinkedHashMap<>();
        for (Row row : rows) {
            clients.add(row.client());
            lines.computeIfAbsent(
                            new GridLine(row.situation(), row.version()),
                            _ -> new LinkedHashMap<>())
                    .put(row.client(), row);
        }
        return new RowGrid(clients, lines);
    }
}
