package io.vmferry.lab.fuzz;

import java.util.Optional;

/**
 * The result of a {@link Fuzzer}.
 *
 * @param inputs that were checked, each read at least twice
 * @param processorSeconds what its thread had of the processors in these seconds
 * @param refused how many of them were refused
 * @param corpus how many inputs were mutated in the end
 * @param largestCostBytes the most that was allocated for a byte of an input
 */
record FuzzOutcome(
        Target target,
        long seed,
        long inputs,
        double seconds,
        double processorSeconds,
        long refused,
        int corpus,
        long largestCostBytes,
        Optional<Finding> finding) {

    double inputsPerSecond() {
        return inputs / Math.max(seconds, 1e-9);
    }
}
