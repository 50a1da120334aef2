package io.vmferry.lab.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Good inputs, and those in which something was found once, with many cuts. */
class TargetTest {

    private static final int WAYS = 100;

    @ParameterizedTest
    @EnumSource
    void noExampleBreaksARule(Target target) {
        Rules rules = new Rules(target, new SplittableRandom(7));
        for (byte[] example : target.examples()) {
            Optional<Finding> finding = rules.checkThoroughly(example, WAYS);
            assertThat(finding.map(Finding::what)).as(target.text()).isEmpty();
        }
    }

    /** A target whose good inputs are refused would see nothing after the first element. */
    @ParameterizedTest
    @EnumSource
    void goodInputsAreTaken(Target target) {
        Rules rules = new Rules(target, new SplittableRandom(7));
        List<String> verdicts =
                target.examples().stream()
                        .map(example -> rules.readable(example, Cuts.whole()))
                        .filter(trace -> !trace.wasRefused())
                        .map(Trace::verdict)
                        .toList();
        assertThat(verdicts).as(target.text()).isNotEmpty();
    }

    /** The corpus is to stay small: what is written down is made as short as possible. */
    @ParameterizedTest
    @EnumSource
    void inputsAreShort(Target target) {
        assertThat(RegressionInputs.of(target))
                .allSatisfy(input ->
                        assertThat(input.length).isLessThanOrEqualTo(Corpus.LONGEST_ADDED_BYTES));
    }

    @Test
    void theSameSeedGivesTheSameInputs() {
        assertThat(mutated(3)).isEqualTo(mutated(3)).isNotEqualTo(mutated(4));
    }

    private static List<String> mutated(long seed) {
        Mutator mutator = new Mutator(new SplittableRandom(seed));
        byte[] base = new byte[20];
        return Stream.generate(() -> mutator.mutate(base, base))
                .limit(50)
                .map(HexFormat.of()::formatHex)
                .toList();
    }
}
