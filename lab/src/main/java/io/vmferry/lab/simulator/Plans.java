package io.vmferry.lab.simulator;

import io.vmferry.machine.fault.FaultPlan;
import io.vmferry.protocol.status.Side;
import java.util.List;

/** The fault plans of both sides, in the language of {@code --fault}. */
public record Plans(FaultPlan source, FaultPlan destination) {

    /** No faults. */
    public static final Plans NONE =
            new Plans(FaultPlan.none(Side.SOURCE), FaultPlan.none(Side.DESTINATION));

    /**
     * One fault at one side.
     *
     * @throws IllegalArgumentException when there is no such fault at that side
     */
    public static Plans one(Side side, String fault) {
        FaultPlan plan = FaultPlan.parse(side, List.of(fault));
        return side == Side.SOURCE
                ? new Plans(plan, NONE.destination)
                : new Plans(NONE.source, plan);
    }

    /** The faults of both sides, each in its order. */
    public static Plans of(List<String> source, List<String> destination) {
        return new Plans(
                FaultPlan.parse(Side.SOURCE, source),
                FaultPlan.parse(Side.DESTINATION, destination));
    }

    /** Whether no fault is planned. */
    public boolean isEmpty() {
        return source.isEmpty() && destination.isEmpty();
    }

    @Override
    public String toString() {
        return isEmpty() ? "none" : source + " " + destination;
    }
}
