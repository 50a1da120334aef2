package io.vmferry.source.outgoing.phase;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class IterationsTest {

    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private final Iterations iterations = new Iterations();

    @Test
    void oneBeginsAtFirstAndWhenTimeIsUp() {
        assertThat(iterations.begins(7 * MILLI)).isTrue();
        assertThat(iterations.begins(7 * MILLI)).isFalse();
        assertThat(iterations.begins(57 * MILLI - 1)).isFalse();
        assertThat(iterations.begins(57 * MILLI)).isTrue();
        assertThat(iterations.begins(57 * MILLI)).isFalse();
    }

    @Test
    void oneBeginsAfterTheEndOfAnother() {
        assertThat(iterations.begins(0)).isTrue();
        iterations.end();
        assertThat(iterations.begins(MILLI)).isTrue();
        assertThat(iterations.begins(MILLI)).isFalse();
    }
}
