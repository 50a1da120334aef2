package io.vmferry.machine.paging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FaultLatencyTest {

    private final FaultLatency latency = new FaultLatency(2);

    @Test
    void saysNothingOfNoFaults() {
        assertThat(latency.count()).isZero();
        assertThat(latency.percentileNanos(99)).isZero();
    }

    @Test
    void tellsPercentilesWithinAPercent() {
        for (int i = 1; i <= 100; i++) {
            latency.record(0, i * 1000L);
        }
        assertThat(latency.count()).isEqualTo(100);
        assertThat(latency.percentileNanos(50)).isBetween(50_000L, 50_600L);
        assertThat(latency.percentileNanos(99)).isBetween(99_000L, 100_000L);
    }

    @Test
    void keepsWhatNoClockCanHaveMeasuredInItsRange() {
        latency.record(0, -5);
        latency.record(0, TimeUnit.DAYS.toNanos(1));
        assertThat(latency.count()).isEqualTo(2);
        assertThat(latency.percentileNanos(1)).isZero();
        assertThat(latency.percentileNanos(100)).isLessThanOrEqualTo(TimeUnit.MINUTES.toNanos(61));
    }

    @Test
    void eachVcpuIsCountedAlone() {
        List<Long> told = new ArrayList<>();
        latency.tell(told::add);
        latency.record(0, 5);
        latency.record(1, 7);
        latency.record(1, 8);
        assertThat(latency.count()).isEqualTo(3);
        assertThat(latency.count(0)).isEqualTo(1);
        assertThat(latency.count(1)).isEqualTo(2);
        assertThat(latency.totalNanos(1)).isEqualTo(15);
        assertThat(told).containsExactly(5L, 7L, 8L);
    }
}
