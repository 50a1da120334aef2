package io.vmferry.lab.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every target for a few seconds, on all processors: {@code -Dfuzz.seconds=N} is for longer and
 * {@code -Dfuzz.seed=N} for other inputs, {@code scripts/fuzz --seconds 60} is a minute of each.
 */
class FuzzIT {

    private static final long SECONDS = Long.getLong("fuzz.seconds", 5);
    private static final long SEED = Long.getLong("fuzz.seed", 1);

    @Test
    void noInputBreaksARule() throws Exception {
        List<Fuzzer> fuzzers =
                Stream.of(Target.values())
                        .map(target -> new Fuzzer(target, SEED, Limit.ofSeconds(SECONDS)))
                        .toList();
        List<Outcome> outcomes = Fuzzing.run(fuzzers, Runtime.getRuntime().availableProcessors());
        outcomes.forEach(outcome ->
                System.out.printf(
                        "%s: %,d inputs, %,.0f a second%n",
                        outcome.target().label(), outcome.inputs(), outcome.inputsPerSecond()));
        assertThat(outcomes)
                .allSatisfy(outcome -> {
                    assertThat(outcome.finding()).as("seed %d", SEED).isEmpty();
                    assertThat(outcome.inputs()).isPositive();
                });
    }
}
