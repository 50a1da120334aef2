package io.vmferry.machine.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class OccurrenceCountsTest {

    private final OccurrenceCounts<String> counts = new OccurrenceCounts<>();

    private long of(String name, String argument) {
        return counts.of(new Occurrence<>(name, Optional.of(argument))).orElse(-1);
    }

    @Test
    void numbersAreTheSameEitherWay() {
        counts.count("pong", () -> "0x42");
        counts.count("pong", () -> "0x42");
        assertThat(of("pong", "66")).isEqualTo(2);
        assertThat(of("pong", "0x43")).isZero();
        assertThat(of("ping", "66")).isZero();
    }

    @Test
    void anArgumentIsNotReadWhenThereWereTooMany() {
        assertThat(counts.countByName("page")).isFalse();
        for (int i = 0; i <= OccurrenceCounts.MAX_ARGUMENTS; i++) {
            String argument = Integer.toString(i);
            counts.count("page", () -> argument);
        }
        assertThat(of("page", "1")).isEqualTo(-1);
        assertThat(counts.countByName("page")).isTrue();
        counts.count(
                "page",
                () -> {
                    throw new AssertionError("read");
                });
        assertThat(counts.of(new Occurrence<>("page", Optional.empty())))
                .hasValue(OccurrenceCounts.MAX_ARGUMENTS + 3L);
    }
}
