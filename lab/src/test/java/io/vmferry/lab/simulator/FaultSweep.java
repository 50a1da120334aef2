package io.vmferry.lab.simulator;

import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.status.Side;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * Injects faults of every kind at every protocol point that migrations reach, on either side. First
 * runs scenarios without faults to learn their points; then each again with a fault at one of them:
 * when it is reached for the first time, the last, or some time in between; at once or a little
 * later.
 */
final class FaultSweep {

    /** A point of one side. */
    record Place(String host, String label) implements Comparable<Place> {

        Side side() {
            return host.equals("source") ? Side.SOURCE : Side.DESTINATION;
        }

        @Override
        public int compareTo(Place other) {
            int byHost = host.compareTo(other.host);
            return byHost != 0 ? byHost : label.compareTo(other.label);
        }
    }

    /** The places of the injected faults, and the outcomes by milestone and damage. */
    static final class Tally {
        private final Map<Place, Integer> places = new TreeMap<>();
        private final Map<Milestone, Map<Fault.Damage, EnumSet<Outcome>>> outcomes =
                new EnumMap<>(Milestone.class);
        private int runs;

        private void add(Place place, Fault.FaultKind kind, SimulationResult ending) {
            runs++;
            places.merge(place, 1, Integer::sum);
            ending.struck()
                    .ifPresent(milestone ->
                            outcomes.computeIfAbsent(
                                            milestone, s -> new EnumMap<>(Fault.Damage.class))
                                    .computeIfAbsent(
                                            kind.damage(place.side()),
                                            d -> EnumSet.noneOf(Outcome.class))
                                    .add(ending.outcome()));
        }

        int runs() {
            return runs;
        }

        /** The points at which faults were injected. */
        Set<Place> places() {
            return places.keySet();
        }

        /** The outcomes of migrations with a damage at a milestone. */
        Set<Outcome> outcomes(Milestone milestone, Fault.Damage damage) {
            return outcomes.getOrDefault(milestone, Map.of())
                    .getOrDefault(damage, EnumSet.noneOf(Outcome.class));
        }

        @Override
        public String toString() {
            return runs + " runs at " + places.size() + " points: " + outcomes;
        }
    }

    private record Candidate(Scenario scenario, int ordinals) {}

    private static final Set<Fault.FaultKind> KINDS =
            EnumSet.complementOf(
                    EnumSet.of(
                            Fault.FaultKind.NONE,
                            Fault.FaultKind.CUT_MAIN_AT_BYTE,
                            Fault.FaultKind.DEVICE_LOAD_ERROR));

    private static final long LONGEST_DELAY_NANOS = TimeUnit.MILLISECONDS.toNanos(30);

    private final Map<Place, List<Candidate>> candidates = new TreeMap<>();
    private final List<Scenario> scenarios = new ArrayList<>();

    /** Learns the points of {@code count} scenarios. */
    FaultSweep(long firstSeed, int count) {
        for (long seed = firstSeed; seed < firstSeed + count; seed++) {
            learn(Scenario.randomPostcopy(seed).withFault(Fault.NONE));
        }
    }

    private void learn(Scenario quiet) {
        scenarios.add(quiet);
        Map<Place, Integer> reached = new LinkedHashMap<>();
        for (TracedPoint traced : Simulation.trace(quiet)) {
            Place place = new Place(traced.host(), Moment.label(traced.point()));
            reached.merge(place, 1, Integer::sum);
        }
        reached.forEach((place, times) ->
                candidates
                        .computeIfAbsent(place, p -> new ArrayList<>())
                        .add(new Candidate(quiet, times)));
    }

    /** The points that the scenarios reach. */
    Set<Place> places() {
        return new TreeSet<>(candidates.keySet());
    }

    /** Injects each kind of fault at each point, {@code hits} times. */
    Tally strike(int hits, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Tally tally = new Tally();
        candidates.forEach((place, all) -> {
            for (Fault.FaultKind kind : KINDS) {
                List<Candidate> fitting = all.stream().filter(c -> fits(kind, c.scenario)).toList();
                for (int i = 0; i < hits && !fitting.isEmpty(); i++) {
                    Candidate candidate = fitting.get(random.nextInt(fitting.size()));
                    strike(place, kind, candidate, i, random, tally);
                }
            }
        });
        return tally;
    }

    /**
     * Injects faults at further points until a damage has been done at a milestone, which a sweep
     * of few hits may miss if the milestone is short.
     *
     * @param strikes at most
     */
    void cover(Milestone milestone, Fault.Damage damage, int strikes, Tally tally) {
        SplittableRandom random = new SplittableRandom((milestone.name() + damage).hashCode());
        List<Place> places = List.copyOf(candidates.keySet());
        for (int i = 0; i < strikes && tally.outcomes(milestone, damage).isEmpty(); i++) {
            Place place = places.get(random.nextInt(places.size()));
            List<Fault.FaultKind> doing =
                    KINDS.stream().filter(kind -> kind.damage(place.side()) == damage).toList();
            List<Candidate> all = Objects.requireNonNull(candidates.get(place));
            Candidate candidate = all.get(random.nextInt(all.size()));
            if (!doing.isEmpty()) {
                Fault.FaultKind kind = doing.get(random.nextInt(doing.size()));
                if (fits(kind, candidate.scenario)) {
                    strike(place, kind, candidate, i, random, tally);
                }
            }
        }
    }

    private static boolean fits(Fault.FaultKind kind, Scenario scenario) {
        boolean preempt =
                kind == Fault.FaultKind.CUT_PREEMPT || kind == Fault.FaultKind.STALL_PREEMPT;
        return !preempt || scenario.capabilities().contains(Capability.POSTCOPY_PREEMPT);
    }

    private static void strike(
            Place place,
            Fault.FaultKind kind,
            Candidate candidate,
            int hit,
            SplittableRandom random,
            Tally tally) {
        int ordinal =
                switch (hit % 3) {
                    case 0 -> candidate.ordinals;
                    case 1 -> 1;
                    default -> 1 + random.nextInt(candidate.ordinals);
                };
        boolean atOnce = random.nextBoolean() || kind.bug().isPresent();
        long delay = atOnce ? 0 : random.nextLong(LONGEST_DELAY_NANOS);
        Moment moment = new Moment.AtPoint(place.host, place.label, ordinal, delay);
        Scenario struck = candidate.scenario.withFault(new Fault(kind, moment));
        tally.add(place, kind, Simulation.end(struck));
    }

    /** Runs each scenario with a device that rejects its state. */
    Tally refuse() {
        Tally tally = new Tally();
        Place place = new Place("destination", "device-load-started");
        Fault refusal = new Fault(Fault.FaultKind.DEVICE_LOAD_ERROR, 0);
        for (Scenario scenario : scenarios) {
            if (scenario.hasRefusingDevice()) {
                tally.add(place, refusal.kind(), Simulation.end(scenario.withFault(refusal)));
            }
        }
        return tally;
    }
}
