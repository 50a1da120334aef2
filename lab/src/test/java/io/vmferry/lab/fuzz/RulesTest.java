package io.vmferry.lab.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** A reader that breaks a rule is found. */
class RulesTest {

    private static final byte[] INPUT = new byte[64];

    private final AtomicReference<byte[]> kept = new AtomicReference<>();

    private static String found(FuzzTarget reader) {
        Rules rules = new Rules(Target.RETURN_PATH, reader, new SplittableRandom(1));
        return rules.checkThoroughly(INPUT, 10).map(Finding::what).orElse("nothing");
    }

    @Test
    void oneThatBreaksNone() {
        assertThat(found((input, cuts, trace) -> trace.note("length", input.length)))
                .isEqualTo("nothing");
    }

    @Test
    void oneThatThrows() {
        assertThat(
                        found((input, cuts, trace) -> {
                            throw new StackOverflowError();
                        }))
                .startsWith("An exception that is not a rejection was thrown: ")
                .contains("StackOverflowError");
    }

    @Test
    void oneWhoseVerdictDependsOnTheCuts() {
        assertThat(
                        found((input, cuts, trace) -> {
                            trace.note("first piece", cuts.next(input.length));
                            trace.ended("there");
                        }))
                .isEqualTo(
                        "The cuts make a difference: whole and byte by byte,"
                                + " element 0 is 'first piece 64' and 'first piece 1'");
    }

    @Test
    void oneThatAllocatesByALengthInItsInput() {
        assertThat(found((input, cuts, trace) -> kept.set(new byte[1 << 20])))
                .startsWith("An input costs more than its length: ")
                .contains(" allocated bytes for 64 bytes, expected at most ");
        assertThat(kept.get()).hasSize(1 << 20);
    }

    @Test
    void oneThatFindsMoreThanThereIs() {
        assertThat(
                        found((input, cuts, trace) -> {
                            for (int i = 0; i < 100; i++) {
                                trace.note("page", i);
                            }
                        }))
                .isEqualTo(
                        "An input costs more than its length:"
                                + " 100 elements for 64 bytes, expected at most 76");
    }

    @Test
    void itsInputIsMadeShort() {
        FuzzTarget reader =
                (input, cuts, trace) -> {
                    for (byte b : input) {
                        if (b == 7) {
                            throw new IllegalStateException("seven");
                        }
                    }
                };
        byte[] input = Arrays.copyOf(INPUT, 1000);
        input[613] = 7;
        Rules rules = new Rules(Target.RETURN_PATH, reader, new SplittableRandom(1));
        Finding finding = rules.check(input).orElseThrow();
        assertThat(new Shrinking(finding, rules).smallest().input()).containsExactly(7);
    }
}
