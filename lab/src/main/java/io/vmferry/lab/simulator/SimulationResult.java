package io.vmferry.lab.simulator;

import java.util.Optional;

/**
 * The result of a simulation.
 *
 * @param outcome when it first came to rest
 * @param last the outcome after all recoveries
 * @param struck the milestone at which the fault did harm; empty when it did none
 * @param restNanos from {@code migrate} or the last fault to the rest that followed, virtual
 * @param recoveries of a paused migration
 * @param waited whether it came to rest only when the user cancelled or paused it
 * @param hits planned faults that had an effect
 * @param wrongPages of a guest that was damaged
 * @param peakBytes the maximum in transit on a connection
 */
public record SimulationResult(
        Outcome outcome,
        Outcome last,
        Optional<Milestone> struck,
        long restNanos,
        int recoveries,
        boolean waited,
        int hits,
        long wrongPages,
        long peakBytes) {}
