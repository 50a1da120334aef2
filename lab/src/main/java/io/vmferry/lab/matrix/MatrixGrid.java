package io.vmferry.lab.matrix;

import io.vmferry.machine.fault.FaultActionKind;
import io.vmferry.machine.fault.FaultHost;
import io.vmferry.protocol.status.Side;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The cells of one course as a table: a row for each place, a column for each action.
 *
 * @param real whether they ran between real daemons
 * @param actions the columns that are not empty
 * @param rows by side and by place
 */
record MatrixGrid(
        Course course,
        boolean real,
        List<String> actions,
        Map<Side, Map<String, List<CellResult>>> rows) {

    /** The tables of some cells, in the order of the courses. */
    static List<MatrixGrid> of(List<CellResult> results, boolean real) {
        Map<Course, List<CellResult>> courses = new LinkedHashMap<>();
        for (CellResult result : results) {
            courses.computeIfAbsent(result.cell().course(), c -> new ArrayList<>()).add(result);
        }
        return courses.entrySet().stream()
                .map(course -> of(course.getKey(), real, course.getValue()))
                .toList();
    }

    private static MatrixGrid of(Course course, boolean real, List<CellResult> results) {
        Set<String> used = new LinkedHashSet<>();
        Map<Side, Map<String, List<CellResult>>> rows = new LinkedHashMap<>();
        for (CellResult result : results) {
            used.add(result.cell().action());
            rows.computeIfAbsent(result.cell().side(), s -> new LinkedHashMap<>())
                    .computeIfAbsent(result.cell().point(), p -> new ArrayList<>())
                    .add(result);
        }
        return new MatrixGrid(
                course, real, allActions().stream().filter(used::contains).toList(), rows);
    }

    /** The names of all actions, in the order of columns. */
    static List<String> allActions() {
        return Stream.concat(
                        FaultActionKind.of(FaultHost.NODE).stream().map(FaultActionKind::text),
                        Stream.of(Signal.values()).map(Signal::text))
                .toList();
    }

    /** Where the table is in the page, and the beginning of its rows' names. */
    String id() {
        return (real ? "real/" : "simulated/") + course.name();
    }

    /** The name of a row in the page: no blanks, and nothing that a link would have to escape. */
    String id(Side side, String place) {
        return "%s/%s/%s"
                .formatted(id(), side.text(), place.replaceAll("\\s", "_").replace("%", "pct"));
    }

    /** All of its cells. */
    List<CellResult> results() {
        return rows.values().stream()
                .flatMap(places -> places.values().stream())
                .flatMap(List::stream)
                .toList();
    }

    /** The number of rows. */
    int places() {
        return rows.values().stream().mapToInt(Map::size).sum();
    }
}
