package io.vmferry.dest;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.telemetry.PointName;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IncomingClockTest {

    private long now = 1000;
    private final IncomingClock clock = new IncomingClock(() -> now);

    @Test
    void measuresFromTheMainChannelOn() {
        assertThat(clock.totalNanos()).isZero();
        clock.reached(PointName.MAIN_CHANNEL);
        now += 7;
        assertThat(clock.totalNanos()).isEqualTo(7);
    }

    @Test
    void addsUpDevicesOfOneName() {
        for (long nanos : new long[] {5, 6}) {
            clock.reached(PointName.DEVICE_LOAD_STARTED, "cpu");
            now += nanos;
            clock.reached(PointName.DEVICE_LOADED, "cpu");
        }
        assertThat(clock.deviceNanos()).isEqualTo(Map.of("cpu", 11L));
    }
}
