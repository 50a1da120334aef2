package io.vmferry.machine.fault;

import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.status.Side;
import java.util.List;
import java.util.Optional;

/**
 * The faults to inject on one side of a migration, each once.
 *
 * @param side whose plan it is
 */
public record FaultPlan(Side side, List<PlannedFault<PointName<?>>> faults) {

    /** Keeps a copy of the list. */
    public FaultPlan {
        faults = List.copyOf(faults);
    }

    /**
     * Reads a plan.
     *
     * @param lines each {@code WHERE:WHAT}
     * @throws IllegalArgumentException with one clear line about the first that cannot be
     */
    public static FaultPlan parse(Side side, List<String> lines) {
        return new FaultPlan(
                side,
                lines.stream()
                        .map(line -> PlannedFault.parse(line, new NodePlaces(side)))
                        .toList());
    }

    /** A plan in which nothing goes wrong. */
    public static FaultPlan none(Side side) {
        return new FaultPlan(side, List.of());
    }

    /** Whether nothing is to go wrong. */
    public boolean isEmpty() {
        return faults.isEmpty();
    }

    /** The first fault that changes what a monitor says; it needs a monitor. */
    public Optional<FaultSpec> firstOnMonitor() {
        return faults.stream()
                .filter(fault -> fault.action() instanceof FaultAction.OnMonitor)
                .map(PlannedFault::spec)
                .findFirst();
    }

    @Override
    public String toString() {
        return side + " " + faults;
    }
}
