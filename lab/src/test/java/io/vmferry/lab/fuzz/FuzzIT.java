package io.vmferry.lab.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every reader for a minute, on one processor beside the tests that wait for processes: {@code
 * -Dfuzz.seconds=N} is for longer and {@code -Dfuzz.seed=N} for other inputs; {@code scripts/fuzz}
 * runs without the other tests.
 */
class FuzzIT {

    private static final long SECONDS = Long.getLong("fuzz.seconds", 60);
    private static final long SEED = Long.getLong("fuzz.seed", 1);

    /**
     * The targets that include readers with separate targets, and a second profile of one of them.
     */
    private static final Set<Target> QUARTER =
            EnumSet.of(Target.STREAM_OLD, Target.DESTINATION, Target.MONITOR);

    private static long seconds(Target target) {
        return QUARTER.contains(target) ? (SECONDS + 3) / 4 : SECONDS;
    }

    @Test
    void noInputBreaksARule() throws Exception {
        List<Fuzzer> fuzzers =
                Stream.of(Target.values())
                        .map(target -> new Fuzzer(target, SEED, Limit.ofSeconds(seconds(target))))
                        .toList();
        List<FuzzOutcome> outcomes = Fuzzing.run(fuzzers, 1);
        outcomes.forEach(outcome ->
                System.out.printf(
                        "%s: %,d inputs, %,.0f a second%n",
                        outcome.target().text(), outcome.inputs(), outcome.inputsPerSecond()));
        assertThat(outcomes)
                .allSatisfy(outcome -> {
                    assertThat(outcome.finding()).as("seed %d", SEED).isEmpty();
                    assertThat(outcome.inputs()).isPositive();
                });
    }
}
