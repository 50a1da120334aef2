package io.vmferry.lab.simulator;

import java.util.Optional;

/**
 * How a simulation has ended.
 *
 * @param outcome when it first came to rest
 * @param last how it stood after all recoveries
 * @param struck how far it was when the fault did harm; empty when it did none
 * @param restNanos from {@code migrate} or the last fault that struck to the rest that it brought
 * @param recoveries how often a paused migration was recovered
 * @param waited whether it came to rest only when the user cancelled or paused it
 * @param hits how many planned faults have hit something
 * @param wrongPages of a guest that was damaged
 * @param peakBytes the most that was ever under way on a connection
 */
record Ending(
        Outcome outcome,
        Outcome last,
        Optional<Stage> struck,
        long restNanos,
        int recoveries,
        boolean waited,
        int hits,
        long wrongPages,
        long peakBytes) {}
