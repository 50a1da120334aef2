package io.vmferry.lab.matrix;

import io.vmferry.lab.simulator.Outcome;
import io.vmferry.machine.fault.FaultSpec;
import io.vmferry.protocol.status.Side;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The cells that also run between real daemons, and the outcomes that the simulator predicts. */
final class RealSubset {

    private static final List<String> USUAL =
            List.of("kill", "close", "reset", "close(return-path)", "stall(100ms)", "sigkill");

    /** Exceptions and errors take the same path, and the simulator throws both everywhere. */
    private static final List<String> EXCEPTION = List.of("bug");

    private static final List<String> ERROR = List.of("bug(error)");

    private static final List<String> BREAKS = List.of("close", "reset", "stall(100ms)");

    /** A place with what is done there. */
    private record SubsetRow(String course, Side side, String where, List<String> actions) {}

    private static final List<SubsetRow> ROWS =
            List.of(
                    source("precopy", "status(active)", USUAL),
                    source("precopy", "device-save-started(virtio-net)", USUAL),
                    source("precopy", "guest-stopped", List.of("exit", "corrupt(main,1)")),
                    destination("precopy", "device-load-started(virtio-net)", USUAL),
                    destination("precopy", "setup-loaded(ram)", List.of("exit", "sigstop")),
                    source("precopy-inline", "dirty-sync#2", List.of("close", "delay(2ms)")),
                    source("multifd", "dirty-sync#2", List.of("close(multifd(0))", "kill")),
                    destination("multifd", "setup-loaded(ram)", List.of("close(multifd(1))")),
                    source("postcopy", "package-sent", USUAL),
                    source("postcopy", "package-loaded", USUAL),
                    source("postcopy", "status(postcopy-active)", List.of("sigstop")),
                    destination("postcopy", "device-load-started(virtio-net)", USUAL),
                    destination("postcopy", "device-load-started(virtio-net)", List.of("fail")),
                    destination("postcopy", "listening", List.of("exit", "sigstop", "delay(2ms)")),
                    destination("postcopy", "guest-started", USUAL),
                    destination("postcopy-inline", "package-received", BREAKS),
                    destination("postcopy-old", "device-load-started(virtio-net)", List.of("kill")),
                    source("preempt", "preempt-connected", List.of("close(preempt)")),
                    source("recovery", "status(postcopy-recover)", BREAKS),
                    destination("recovery", "bitmap-sent(ram)", BREAKS),
                    source("recovery", "resume-acknowledged", List.of("kill", "close(main)")),
                    source("precopy", "dirty-sync#2", EXCEPTION),
                    destination("precopy", "device-load-started(virtio-net)", ERROR),
                    source("postcopy", "package-loaded", EXCEPTION),
                    source("postcopy", "status(postcopy-device)", ERROR),
                    destination("postcopy", "guest-started", EXCEPTION),
                    source("recovery", "status(postcopy-recover)", ERROR),
                    destination("recovery", "bitmap-sent(ram)", EXCEPTION));

    /** The number of networks in which a cell is simulated before it is run. */
    private static final int SEEDS = 8;

    /** Delays of the simulated fault: real timing differs. */
    private static final List<String> LATER = List.of("", "+1ms", "+5ms", "+30ms");

    /** The actions that happen exactly at their place. */
    private static final Set<String> EXACT = Set.of("fail", "bug", "bug(error)");

    private RealSubset() {}

    private static SubsetRow source(String course, String where, List<String> actions) {
        return new SubsetRow(course, Side.SOURCE, where, actions);
    }

    private static SubsetRow destination(String course, String where, List<String> actions) {
        return new SubsetRow(course, Side.DESTINATION, where, actions);
    }

    /** All of them. */
    static List<Cell> cells() {
        return ROWS.stream()
                .flatMap(row -> row.actions.stream().map(action -> cell(row, action)))
                .toList();
    }

    /** One for each place, with the action of its row that has had the fewest places so far. */
    static List<Cell> quick() {
        Map<String, Integer> places = new HashMap<>();
        List<Cell> cells = new ArrayList<>();
        for (SubsetRow row : ROWS) {
            String action =
                    Collections.min(
                            row.actions, Comparator.comparing(a -> places.getOrDefault(a, 0)));
            places.merge(action, 1, Integer::sum);
            cells.add(cell(row, action));
        }
        return cells;
    }

    private static Cell cell(SubsetRow row, String action) {
        FaultSpec fault = FaultSpec.parse(row.where + ":" + action);
        return new Cell(Course.of(row.course), row.side, fault, 1, true);
    }

    /** The outcomes that the simulator predicts for a cell, at its place and a little later. */
    static Set<Outcome> simulated(Cell cell) {
        Set<Outcome> outcomes = EnumSet.noneOf(Outcome.class);
        String action =
                Signal.of(cell.fault().what())
                        .map(Signal::simulated)
                        .orElse(cell.fault().what().toString());
        boolean exact = EXACT.contains(action);
        for (String later : exact ? LATER.subList(0, 1) : LATER) {
            FaultSpec fault = FaultSpec.parse(cell.fault().where() + later + ":" + action);
            for (int seed = 1; seed <= SEEDS; seed++) {
                Cell model = new Cell(cell.course(), cell.side(), fault, seed, false);
                SimulatedCells.run(model).outcome().ifPresent(outcomes::add);
            }
        }
        return outcomes;
    }
}
