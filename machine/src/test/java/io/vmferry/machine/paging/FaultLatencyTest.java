package io.vmferry.machine.paging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FaultLatencyTest {

    private final FaultLatency latency = new FaultLatency();

    @Test
    void saysNothingOfNoFaults() {
        assertThat(latency.count()).isZero();
        assertThat(latency.percentileNanos(99)).isZero();
    }

    @Test
    void tellsPercentilesWithinAPercent() {
        for (int i = 1; i <= 100; i++) {
            latency.record(i * 1000L);
        }
        assertThat(latency.count()).isEqualTo(100);
        assertThat(latency.percentileNanos(50)).isBetween(50_000L, 50_600L);
        assertThat(latency.percentileNanos(99)).isBetween(99_000L, 100_000L);
    }

    @Test
    void keepsWhatNoClockCanHaveMeasuredInItsRange() {
        latency.record(-5);
        latency.record(TimeUnit.DAYS.toNanos(1));
        assertThat(latency.count()).isEqualTo(2);
        assertThat(latency.percentileNanos(1)).isZero();
        assertThat(latency.percentileNanos(100)).isLessThanOrEqualTo(TimeUnit.MINUTES.toNanos(61));
    }
}
