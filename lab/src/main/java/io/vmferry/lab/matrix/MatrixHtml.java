package io.vmferry.lab.matrix;

import io.vmferry.lab.page.HtmlPage;
import io.vmferry.lab.page.PageCode;
import io.vmferry.protocol.status.Side;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** The matrix as a web page: a summary, a table for each course, and what the names mean. */
final class MatrixHtml {

    private final HtmlPage page;
    private final MatrixRun run;
    private final List<MatrixGrid> grids;

    private MatrixHtml(MatrixRun run, Map<String, String> facts) {
        this.page = new HtmlPage("The matrix: every point, every fault", facts);
        this.run = run;
        this.grids =
                Stream.concat(
                                MatrixGrid.of(run.simulated(), false).stream(),
                                MatrixGrid.of(run.real(), true).stream())
                        .toList();
    }

    /**
     * The page.
     *
     * @param facts what was run, how and when
     */
    static String text(MatrixRun run, Map<String, String> facts) {
        return new MatrixHtml(run, facts).text();
    }

    private String text() {
        summary();
        Map<PageCode, Long> counts = new LinkedHashMap<>();
        count(run.both()).forEach(counts::put);
        page.filter(counts, Stream.of(Side.values()).map(Side::text).toList());
        grids.forEach(this::grid);
        meanings("Places", "point-", MatrixMeanings.places());
        meanings("Actions", "action-", MatrixMeanings.actions());
        return page.end(MatrixData.of(run, grids), "matrix.js");
    }

    // ---- the summary

    private void summary() {
        Map<OutcomeCode, Long> counts = count(run.both());
        page.add(
                "<p>%s, each one fault in one migration; %s broke a"
                        + " rule. A letter says what became of the guest; a cell with several has"
                        + " the colour of the worst. Enter or a click shows the details.</p>\n",
                MatrixTable.cells(MatrixRun.struck(run.simulated()), MatrixRun.struck(run.real())),
                number(run.broken().size()));
        page.add("<div class=\"wide\"><table><thead><tr><th>code<th>cells<th>meaning</thead>\n");
        counts.forEach((code, count) ->
                page.add(
                        "<tr><td><b class=\"code %s\">%s</b><td class=\"number\">%s<td>%s\n",
                        code.look(), code.text(), number(count), code.meaning()));
        page.add(
                "</table>\n<table><thead><tr><th>course<th class=\"extra\">what is special<th class=\"extra\">profile<th>places");
        counts.keySet()
                .forEach(code ->
                        page.add("<th><b class=\"code %s\">%s</b>", code.look(), code.text()));
        page.add("</thead>\n");
        grids.forEach(grid -> summary(grid, counts));
        page.add("</table></div>\n");
    }

    private void summary(MatrixGrid grid, Map<OutcomeCode, Long> all) {
        Map<OutcomeCode, Long> counts = count(grid.results());
        page.add(
                "<tr><th><a href=\"#%s\">%s</a>%s<td class=\"extra\">%s<td class=\"extra\">%s"
                        + "<td class=\"number\">%s",
                grid.id(),
                grid.course().name(),
                grid.real() ? ", real" : "",
                grid.course().meaning(),
                grid.course().profile().text(),
                grid.places());
        for (OutcomeCode code : all.keySet()) {
            page.add(
                    "<td class=\"number\">%s",
                    counts.containsKey(code) ? number(counts.get(code)) : "");
        }
        page.add("\n");
    }

    /** The codes that occur, the worst first, and how often. */
    private static Map<OutcomeCode, Long> count(List<CellResult> results) {
        Map<OutcomeCode, Long> counts = new EnumMap<>(OutcomeCode.class);
        results.forEach(result -> counts.merge(OutcomeCode.of(result), 1L, Long::sum));
        return counts;
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    // ---- the tables

    private void grid(MatrixGrid grid) {
        Course course = grid.course();
        page.add(
                "<section id=\"%s\"><h2><a href=\"#%s\">%s</a> <small>%s%s</small></h2>\n",
                grid.id(),
                grid.id(),
                course.name(),
                course.meaning(),
                grid.real() ? ", between real daemons" : "");
        page.add("<p class=\"about\">Profile %s; %s</p>\n", course.profile().text(), guest(course));
        page.add(
                "<table class=\"grid\" style=\"--columns:%s\"><thead><tr><th>place",
                grid.actions().size());
        grid.actions().forEach(a -> page.add("<th><a href=\"#action-%s\">%s</a>", a, a));
        page.add("</thead>\n");
        grid.rows().forEach((side, rows) -> side(grid, side, rows));
        page.add("</table></section>\n");
    }

    private static String guest(Course course) {
        String text =
                "capabilities %s; devices %s"
                        .formatted(
                                String.join(", ", course.capabilityNames()),
                                String.join(" and ", course.devices()));
        for (Side side : Side.values()) {
            if (!course.plan(side).isEmpty()) {
                text +=
                        "; in each cell also %s at the %s"
                                .formatted(String.join(", ", course.plan(side)), side.text());
            }
        }
        return text;
    }

    private void side(MatrixGrid grid, Side side, Map<String, List<CellResult>> rows) {
        page.add(
                "<tbody data-group=\"%s\"><tr class=\"group\"><th colspan=\"%s\">at the %s\n",
                side.text(), grid.actions().size() + 1, side.text());
        rows.forEach((place, results) -> {
            String id = grid.id(side, place);
            page.add("<tr id=\"%s\"><th><a href=\"#%s\">%s</a>", id, id, place);
            grid.actions()
                    .forEach(action ->
                            cell(
                                    results.stream()
                                            .filter(r -> r.cell().action().equals(action))
                                            .toList()));
            page.add("</tr>\n");
        });
        page.add("</tbody>\n");
    }

    private void cell(List<CellResult> results) {
        if (results.isEmpty()) {
            page.add("<td>");
        } else {
            page.add(
                    "<td class=\"%s\">%s",
                    OutcomeCode.worst(results).look(), OutcomeCode.all(results));
        }
    }

    // ---- the names

    private void meanings(String title, String prefix, Map<String, String> meanings) {
        page.add("<h2>%s</h2>\n<dl class=\"meanings\">\n", title);
        meanings.forEach((name, meaning) ->
                page.add(
                        "<div id=\"%s%s\"><dt>%s<dd>%s</div>\n",
                        prefix, MatrixMeanings.nameOf(name), name, meaning));
        page.add("</dl>\n");
    }
}
