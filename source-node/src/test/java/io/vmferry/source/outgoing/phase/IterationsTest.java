package io.vmferry.source.outgoing.phase;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class IterationsTest {

    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private long now;
    private final Iterations iterations = new Iterations(() -> now);

    private boolean begins(long nanos) {
        now = nanos;
        return iterations.begins();
    }

    @Test
    void oneBeginsAtFirstAndWhenTimeIsUp() {
        assertThat(begins(7 * MILLI)).isTrue();
        assertThat(begins(7 * MILLI)).isFalse();
        assertThat(begins(57 * MILLI - 1)).isFalse();
        assertThat(begins(57 * MILLI)).isTrue();
        assertThat(begins(57 * MILLI)).isFalse();
    }

    @Test
    void oneBeginsAfterTheEndOfAnother() {
        assertThat(begins(0)).isTrue();
        iterations.end();
        assertThat(begins(MILLI)).isTrue();
        assertThat(begins(MILLI)).isFalse();
    }
}
