package io.vmferry.lab.simulator;

import io.vmferry.machine.fault.FaultPlan;
import io.vmferry.protocol.status.Side;
import java.util.List;

/** What is planned to go wrong at either side, in the language of {@code --fault}. */
public record Plans(FaultPlan source, FaultPlan destination) {

    /** Nothing goes wrong. */
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

    @Override
    public String toString() {
        return source.isEmpty() && destination.isEmpty() ? "none" : source + " " + destination;
    }
}
