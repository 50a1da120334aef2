package io.vmferry.lab.clients;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vmferry.lab.page.HtmlPage;
import io.vmferry.lab.page.PageCode;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rows as a web page: by situation and client, and all of them with all that is known. */
final class ClientsHtml {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** A client that is wrong about a guest, or has made it worse. */
    private static final PageCode WRONG =
            new PageCode() {
                @Override
                public String look() {
                    return "wrong";
                }

                @Override
                public String word() {
                    return "NO: the client is wrong";
                }
            };

    private final HtmlPage page;
    private final Rows run;
    private final RowGrid grid;

    private ClientsHtml(Rows run, Map<String, String> facts) {
        this.page = new HtmlPage("What the client does to the guest", facts);
        this.run = run;
        this.grid = RowGrid.of(run.rows());
    }

    /**
     * The page.
     *
     * @param facts what was run, how and when
     */
    static String text(Rows run, Map<String, String> facts) {
        return new ClientsHtml(run, facts).text();
    }

    private String text() {
        page.add(
                "<p>%s. A cell says what became of the guest, and NO where the client is wrong about"
                        + " it. Enter or a click shows the details.</p>\n",
                run.total());
        for (Rows.NotPlayed row : run.notPlayed()) {
            page.add("<p><b>Not played:</b> %s</p>\n", row);
        }
        page.add("<div class=\"wide\"><table><thead><tr><th>guest<th>meaning</thead>\n");
        for (GuestEnd end : GuestEnd.values()) {
            page.add(
                    "<tr><td><b class=\"code %s\">%s</b><td>%s\n",
                    end.look(), end.text(), end.meaning());
        }
        page.add("</table></div>\n").filter(counts(), List.of());
        overview();
        all();
        situations();
        return page.end(data(), "clients.js");
    }

    private Map<PageCode, Long> counts() {
        Map<GuestEnd, Long> ends = new EnumMap<>(GuestEnd.class);
        run.rows().forEach(row -> ends.merge(row.end(), 1L, Long::sum));
        Map<PageCode, Long> counts = new LinkedHashMap<>(ends);
        long wrong = run.rows().stream().filter(row -> !row.good()).count();
        if (wrong > 0) {
            counts.put(WRONG, wrong);
        }
        return counts;
    }

    // ---- a column for each client

    private void overview() {
        page.add(
                "<section id=\"rows\"><table class=\"grid\" style=\"--columns:%s\">"
                        + "<thead><tr><th>situation",
                grid.clients().size());
        grid.clients().forEach(client -> page.add("<th>%s", client));
        page.add("</thead>\n");
        grid.lines()
                .forEach((line, cells) -> {
                    page.add(
                            "<tr id=\"%s\"><th><a href=\"#situation-%s\">%s</a> as %s",
                            id(line),
                            line.situation().name(),
                            line.situation().name(),
                            line.version());
                    grid.clients().forEach(client -> cell(cells.get(client)));
                    page.add("</tr>\n");
                });
        page.add("</table></section>\n");
    }

    private static String id(RowGrid.GridLine line) {
        return line.situation().name() + "/" + line.version().replaceAll("\\s", "_");
    }

    private void cell(@Nullable Row row) {
        if (row == null) {
            page.add("<td>");
        } else {
            page.add(
                    "<td class=\"%s%s\">%s%s",
                    row.end().look(),
                    row.good() ? "" : " " + WRONG.look(),
                    row.end().text(),
                    row.good() ? "" : " NO");
        }
    }

    private ObjectNode data() {
        ObjectNode all = JSON.createObjectNode();
        ObjectNode cells = all.putObject("cells");
        grid.lines()
                .forEach((line, rows) -> {
                    ObjectNode clients = cells.putObject(id(line));
                    rows.forEach((client, row) -> clients.set(client, ClientsJson.of(row)));
                });
        ObjectNode meanings = all.putObject("situations");
        run.rows().forEach(row -> meanings.put(row.situation().name(), row.situation().meaning()));
        return all;
    }

    // ---- every row, and what a situation is

    private void all() {
        page.add("<h2>Every row</h2>\n<div class=\"wide\"><table><thead><tr>");
        ClientsTable.COLUMNS.forEach(column -> page.add("<th>%s", column.title()));
        page.add("</thead>\n");
        for (Row row : run.rows()) {
            page.add("<tr>");
            for (ClientsTable.Column column : ClientsTable.COLUMNS) {
                String text = column.text().apply(row);
                page.add(
                        "<td class=\"%s\">%s",
                        text.equals(row.end().text()) ? row.end().look() : "plain", text);
            }
            page.add("\n");
        }
        page.add("</table></div>\n");
    }

    private void situations() {
        Map<String, String> meanings = new LinkedHashMap<>();
        run.rows().forEach(row -> meanings.put(row.situation().name(), row.situation().meaning()));
        page.add("<h2>Situations</h2>\n<dl class=\"meanings\">\n");
        meanings.forEach((name, meaning) ->
                page.add("<div id=\"situation-%s\"><dt>%s<dd>%s</div>\n", name, name, meaning));
        page.add("</dl>\n");
    }
}
