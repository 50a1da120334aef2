package io.vmferry.lab.matrix;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The matrix as a self-contained web page: a table for each course. */
final class MatrixHtml {

    private MatrixHtml() {}

    static String text(List<CellResult> simulated, List<CellResult> real) {
        StringBuilder page = new StringBuilder(HtmlPage.head("the matrix"));
        page.append(
                "<p>%d simulated and %d real cells. Hover over a cell for its result.</p>"
                        .formatted(MatrixTable.struck(simulated), MatrixTable.struck(real)));
        legend(page);
        tables(page, "simulated", simulated);
        tables(page, "real", real);
        return page.append("</body></html>\n").toString();
    }

    private static void legend(StringBuilder page) {
        page.append("<table>");
        for (OutcomeCode code : OutcomeCode.values()) {
            page.append(
                    "<tr><td class=\"%s\">%s</td><td class=\"point\">%s</td></tr>"
                            .formatted(code, code.text(), HtmlPage.escaped(code.meaning())));
        }
        page.append("</table>\n");
    }

    private static void tables(StringBuilder page, String way, List<CellResult> results) {
        Map<String, List<CellResult>> courses = new LinkedHashMap<>();
        for (CellResult result : results) {
            String name = result.cell().course().name() + ": " + result.cell().course().meaning();
            courses.computeIfAbsent(name, c -> new ArrayList<>()).add(result);
        }
        courses.forEach((name, cells) -> {
            page.append("<h2>%s (%s)</h2>\n<table>".formatted(HtmlPage.escaped(name), way));
            table(page, cells);
            page.append("</table>\n");
        });
    }

    private static void table(StringBuilder page, List<CellResult> results) {
        List<String> actions = MatrixTable.actions();
        page.append("<tr><th></th>");
        actions.forEach(action -> page.append("<th>").append(action).append("</th>"));
        page.append("</tr>\n");
        Map<String, List<CellResult>> rows = new LinkedHashMap<>();
        for (CellResult result : results) {
            String row = result.cell().side().text() + " " + result.cell().point();
            rows.computeIfAbsent(row, r -> new ArrayList<>()).add(result);
        }
        rows.forEach((row, cells) -> {
            page.append("<tr><td class=\"point\">%s</td>".formatted(HtmlPage.escaped(row)));
            for (String action : actions) {
                cell(
                        page,
                        cells.stream()
                                .filter(r -> r.cell().fault().what().name().equals(action))
                                .toList());
            }
            page.append("</tr>\n");
        });
    }

    private static void cell(StringBuilder page, List<CellResult> results) {
        if (results.isEmpty()) {
            page.append("<td></td>");
            return;
        }
        StringBuilder title = new StringBuilder();
        for (CellResult result : results) {
            title.append(MatrixTable.line(result))
                    .append('\n')
                    .append(result.cell().command())
                    .append('\n');
        }
        OutcomeCode worst =
                results.stream().map(OutcomeCode::of).min(Enum::compareTo).orElseThrow();
        page.append(
                "<td class=\"%s\" title=\"%s\">%s</td>"
                        .formatted(
                                worst,
                                HtmlPage.escaped(title.toString()),
                                OutcomeCode.all(results)));
    }
}
