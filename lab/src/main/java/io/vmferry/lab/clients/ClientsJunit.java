package io.vmferry.lab.clients;

import io.vmferry.lab.page.HtmlPage;
import java.util.List;

/** Rows as JUnit's XML. */
final class ClientsJunit {

    private ClientsJunit() {}

    static String text(Rows run) {
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
