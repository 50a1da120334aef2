package io.vmferry.lab.matrix;

import io.vmferry.machine.fault.FaultSpec;
import io.vmferry.machine.fault.FaultTerm;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.status.Side;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The places of a course, learned by running it: every protocol point of either side, the first and
 * the last time that it is reached.
 */
final class Places {

    private static final String FAULT = PointName.FAULT_INJECTED.text();

    /** The ordinals of the first and the last relevant visit of a point; 0 for never. */
    private static final class Visits {
        int first;
        int last;
    }

    private final Course course;
    private final long seed;
    private final Map<Side, Map<String, Visits>> visits = new LinkedHashMap<>();

    private Places(Course course, long seed) {
        this.course = course;
        this.seed = seed;
    }

    /** Runs a course in the simulator, without further faults. */
    static Places of(Course course, long seed) {
        Places places = new Places(course, seed);
        for (Side side : Side.values()) {
            Map<String, Visits> reached = new LinkedHashMap<>();
            boolean[] counts = {course.plannedFaults() == 0};
            SimulatedCells.visit(
                    course,
                    side,
                    seed,
                    (at, label) -> {
                        counts[0] |= label.startsWith(FAULT);
                        if (at == side && !label.startsWith(FAULT)) {
                            note(reached, label, counts[0]);
                        }
                    });
            places.visits.put(side, reached);
        }
        return places;
    }

    /** Counts a visit; in a course with planned faults only those after the fault are relevant. */
    private static void note(Map<String, Visits> reached, String label, boolean counts) {
        Visits visits = reached.computeIfAbsent(label, l -> new Visits());
        visits.last++;
        if (counts && visits.first == 0) {
            visits.first = visits.last;
        }
    }

    /** The names of the points. */
    Set<String> points() {
        Set<String> points = new LinkedHashSet<>();
        visits.values()
                .forEach(reached ->
                        reached.forEach((label, v) -> {
                            if (v.first > 0) {
                                points.add(FaultTerm.parse(label).name());
                            }
                        }));
        return points;
    }

    /** Every place with every action that can have an effect there. */
    List<Cell> cells() {
        List<Cell> cells = new ArrayList<>();
        visits.forEach((side, reached) ->
                reached.forEach((label, v) -> {
                    Set<Integer> ordinals = new LinkedHashSet<>(List.of(v.first, v.last));
                    if (v.first > 0) {
                        ordinals.forEach(n ->
                                addCells(cells, side, label + "#" + n, Actions.at(course, label)));
                    }
                }));
        if (course.plannedFaults() == 0) {
            for (Side side : Side.values()) {
                between(side)
                        .forEach(where -> addCells(cells, side, where, Actions.between(course)));
            }
        }
        return cells;
    }

    /** Places that are no protocol points: some time after the start, a byte of a channel. */
    private List<String> between(Side side) {
        List<String> places =
                new ArrayList<>(
                        List.of("after 30ms", "after 200ms", "byte(main)@1%", "byte(main)@40%"));
        if (course.hasReturnPath()) {
            places.add("byte(return-path)@20");
        }
        if (course.preempts()) {
            places.add("byte(preempt)@10%");
        }
        String device = side == Side.SOURCE ? "device-save(virtio-blk)" : "device-load(virtio-net)";
        places.add(device + "@50%");
        return places;
    }

    private void addCells(List<Cell> cells, Side side, String where, List<String> actions) {
        for (String action : actions) {
            FaultSpec fault = FaultSpec.parse(where + ":" + action);
            cells.add(new Cell(course, side, fault, seed, false));
        }
    }
}
