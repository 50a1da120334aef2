package io.vmferry.machine.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RateMeterTest {

    private final RateMeter meter = new RateMeter();

    private long at(long millis, long bytes) {
        return meter.bytesPerSecond(TimeUnit.MILLISECONDS.toNanos(millis), bytes);
    }

    @Test
    void theRateIsThatOfTheLastSecondOrTwo() {
        assertThat(at(0, 0)).isZero();
        assertThat(at(500, 500)).isEqualTo(1000);
        assertThat(at(1000, 1000)).isEqualTo(1000);
        assertThat(at(1600, 1000)).as("nothing came lately").isEqualTo(625);
        assertThat(at(2000, 1000)).isZero();
    }

    @Test
    void aCountThatBeginsAgainIsMeasuredAnew() {
        at(0, 0);
        at(1000, 1000);
        assertThat(at(1500, 10)).isZero();
        assertThat(at(2000, 510)).isEqualTo(1000);
    }
}
