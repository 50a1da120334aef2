package io.vmferry.lab.simulator;

import io.vmferry.protocol.status.Side;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Runs a scenario whose plans let something go wrong, with a user who recovers what pauses and
 * gives up what does not go on.
 *
 * @param outcome when it first came to rest
 * @param last how it stood in the end
 * @param hits how many faults have hit something
 * @param recoveries how often it was recovered
 * @param waited whether it rested only when the user paused or cancelled it
 * @param wrongPages of a guest that was damaged on the way
 * @param restMillis virtual, from the last fault to the rest that followed
 * @param peakBytes the most that was ever under way on a connection
 */
public record PlannedRun(
        Outcome outcome,
        Outcome last,
        int hits,
        int recoveries,
        boolean waited,
        long wrongPages,
        long restMillis,
        long peakBytes) {

    private static final String BEGIN = "status(setup)";

    /**
     * Runs it.
     *
     * @throws AssertionError when something does not hold that must, whatever goes wrong
     */
    public static PlannedRun of(Scenario scenario) {
        Ending end = Simulation.end(scenario);
        return new PlannedRun(
                end.outcome(),
                end.last(),
                end.hits(),
                end.recoveries(),
                end.waited(),
                end.wrongPages(),
                end.restNanos() / 1_000_000,
                end.peakBytes());
    }

    /**
     * Runs it and tells every protocol point of its first migration, as {@link Moment#label} writes
     * it.
     */
    public static void visit(Scenario scenario, BiConsumer<Side, String> visitor) {
        int begun = 0;
        for (TracedPoint traced : Simulation.trace(scenario)) {
            String label = Moment.label(traced.point());
            Optional<Side> side = side(traced.host());
            if (side.equals(Optional.of(Side.SOURCE)) && label.equals(BEGIN) && begun++ > 0) {
                return;
            }
            side.ifPresent(at -> visitor.accept(at, label));
        }
    }

    /** Runs it and returns every protocol point of all its migrations, a line each. */
    public static List<String> lines(Scenario scenario) {
        return Simulation.trace(scenario).stream().map(TracedPoint::toString).toList();
    }

    /** A source that tries again finds another host. */
    private static Optional<Side> side(String host) {
        return switch (host) {
            case "source" -> Optional.of(Side.SOURCE);
            case "destination" -> Optional.of(Side.DESTINATION);
            default -> Optional.empty();
        };
    }
}
