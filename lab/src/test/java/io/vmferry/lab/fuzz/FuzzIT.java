package io.vmferry.lab.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * All targets for 20 seconds each, on one processor beside the tests that wait for processes:
 * {@code -Dfuzz.seconds=N} is for N seconds each and {@code -Dfuzz.seed=N} for other inputs; {@code
 * scripts/fuzz} runs without the other tests.
 */
class FuzzIT {

    private static final long SECONDS = Long.getLong("fuzz.seconds", 20);
    private static final long SEED = Long.getLong("fuzz.seed", 1);

    @Test
    void noInputBreaksARule() throws Exception {
        List<Fuzzer> fuzzers =
                Stream.of(Target.values())
                        .map(target -> new Fuzzer(target, SEED, Limit.ofSeconds(SECONDS)))
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
