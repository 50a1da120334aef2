package io.vmferry.lab.clients;

import io.vmferry.lab.matrix.HtmlPage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows as a web page that needs nothing else, and as JUnit's XML. */
final class ClientsPage {

    private ClientsPage() {}

    static String html(Rows run) {
        List<Row> rows = run.rows();
        StringBuilder page = new StringBuilder(HtmlPage.head("What the client does to the guest"));
        page.append("<p>%s.</p>\n<table>".formatted(HtmlPage.escaped(run.total())));
        for (GuestEnd end : GuestEnd.values()) {
            page.append(
                    "<tr><td class=\"%s\">%s</td><td class=\"point\">%s</td></tr>"
                            .formatted(end, end.text(), HtmlPage.escaped(end.meaning())));
        }
        page.append("</table>\n").append(overview(RowGrid.of(rows))).append("<table><tr>");
        ClientsTable.COLUMNS.forEach(c -> page.append("<th>%s</th>".formatted(c.title())));
        page.append("</tr>\n");
        for (Row row : rows) {
            page.append("<tr title=\"%s\">".formatted(HtmlPage.escaped(row.situation().meaning())));
            for (ClientsTable.Column column : ClientsTable.COLUMNS) {
                String text = column.text().apply(row);
                String look =
                        text.equals(row.end().text())
                                ? row.end().toString()
                                : text.equals("NO") ? "BROKEN" : "point";
                page.append("<td class=\"%s\">%s</td>".formatted(look, HtmlPage.escaped(text)));
            }
            page.append("</tr>\n");
        }
        page.append("</table>\n");
        for (Rows.NotPlayed row : run.notPlayed()) {
            page.append(
                    "<p><b>Not played:</b> %s</p>\n".formatted(HtmlPage.escaped(row.toString())));
        }
        return page.append("</body></html>\n").toString();
    }

    /** A column for each client, where there are several. */
    private static String overview(RowGrid grid) {
        if (grid.clients().size() < 2) {
            return "";
        }
        StringBuilder table = new StringBuilder("<table><tr><th>situation</th><th>as</th>");
        grid.clients()
                .forEach(client -> table.append("<th>%s</th>".formatted(HtmlPage.escaped(client))));
        table.append("</tr>\n");
        grid.lines()
                .forEach((line, cells) -> {
                    table.append(
                            "<tr title=\"%s\"><td class=\"point\">%s</td><td>%s</td>"
                                    .formatted(
                                            HtmlPage.escaped(line.situation().meaning()),
                                            line.situation().name(),
                                            HtmlPage.escaped(line.version())));
                    for (String client : grid.clients()) {
                        table.append(cell(cells.get(client)));
                    }
                    table.append("</tr>\n");
                });
        return table.append("</table>\n").toString();
    }

    private static String cell(@Nullable Row row) {
        if (row == null) {
            return "<td></td>";
        }
        return "<td class=\"%s\">%s%s</td>"
                .formatted(row.end(), row.end().text(), row.good() ? "" : " <b>NO</b>");
    }

    static String junit(Rows run) {
        List<Row> rows = run.rows();
        long bad = rows.stream().filter(row -> !row.good()).count();
        StringBuilder xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        xml.append(
                "<testsuite name=\"vmferry clients\" tests=\"%d\" failures=\"%d\" errors=\"%d\" skipped=\"0\">\n"
                        .formatted(
                                rows.size() + run.notPlayed().size(), bad, run.notPlayed().size()));
        for (Row row : rows) {
            xml.append(
                    "  <testcase classname=\"%s\" name=\"%s (%s)\" time=\"%.3f\">"
                            .formatted(
                                    HtmlPage.escaped(row.client()),
                                    row.situation().name(),
                                    HtmlPage.escaped(row.version()),
                                    row.millis() / 1000.0));
            if (!row.good()) {
                xml.append(
                        "<failure message=\"%s\">The guest is %s (%s), the client says %s: %s</failure>"
                                .formatted(
                                        HtmlPage.escaped(row.trouble()),
                                        row.end().text(),
                                        row.statuses(),
                                        row.reported().text(),
                                        HtmlPage.escaped(row.said())));
            }
            xml.append("</testcase>\n");
        }
        for (Rows.NotPlayed row : run.notPlayed()) {
            xml.append(
                    "  <testcase classname=\"%s\" name=\"%s (%s)\"><error message=\"not played: %s\"/></testcase>\n"
                            .formatted(
                                    HtmlPage.escaped(row.client()),
                                    row.situation(),
                                    HtmlPage.escaped(row.version()),
                                    HtmlPage.escaped(row.why())));
        }
        return xml.append("</testsuite>\n").toString();
    }
}
