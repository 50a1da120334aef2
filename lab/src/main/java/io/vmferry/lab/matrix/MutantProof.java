package io.vmferry.lab.matrix;

import io.vmferry.lab.mutants.Mutant;
import io.vmferry.lab.simulator.BrokenRule;
import io.vmferry.lab.simulator.Invariant;
import io.vmferry.lab.simulator.RandomRun;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Runs the proof in a JVM in which a mutant is planted, until the invariant that must catch it
 * does: first what the mutant names, then random runs, then cells of the matrix.
 */
final class MutantProof {

    /** Random runs of each kind; then come cells. */
    private static final int SEEDS = 400;

    private static final long CELL_SEED = 1;

    private final Mutant mutant;
    private final long endNanos;
    private final Map<Invariant, Evidence> others = new EnumMap<>(Invariant.class);
    private int runs;

    MutantProof(Mutant mutant, long limitSeconds) {
        this.mutant = mutant;
        this.endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(limitSeconds);
    }

    /**
     * What has caught the mutant.
     *
     * @param how the message of the violation
     */
    record Caught(Evidence evidence, String how) {}

    /** Runs until the mutant is caught, or time is up, or nothing is left to run. */
    Optional<Caught> run() {
        Iterator<Evidence> all = evidence().iterator();
        while (all.hasNext() && System.nanoTime() < endNanos) {
            Evidence next = all.next();
            runs++;
            try {
                next.run();
            } catch (BrokenRule broken) {
                if (broken.invariant() == mutant.invariant()) {
                    return Optional.of(new Caught(next, String.valueOf(broken.getMessage())));
                }
                others.putIfAbsent(broken.invariant(), next);
            }
        }
        return Optional.empty();
    }

    /** The number of runs. */
    int runs() {
        return runs;
    }

    /** The other invariants that were broken, each with the first run that showed it. */
    Map<Invariant, Evidence> others() {
        return others;
    }

    private Stream<Evidence> evidence() {
        return Stream.of(mutant.evidence().stream().map(Evidence::parse), drawn(), cells())
                .flatMap(each -> each);
    }

    private static Stream<Evidence> drawn() {
        return LongStream.range(0, SEEDS)
                .boxed()
                .flatMap(seed ->
                        Stream.of(RandomRun.values()).map(kind -> new Evidence.Drawn(kind, seed)));
    }

    /** Lazily: the places of a course are learned by running it, mutant and all. */
    private static Stream<Evidence> cells() {
        return Course.ALL.stream()
                .flatMap(course -> Places.of(course, CELL_SEED).cells().stream())
                .map(Evidence.OfCell::new);
    }
}
