package io.vmferry.source.outgoing.figures;

import static io.vmferry.source.outgoing.figures.DowntimeClock.Part.DESTINATION;
import static io.vmferry.source.outgoing.figures.DowntimeClock.Part.DEVICES;
import static io.vmferry.source.outgoing.figures.DowntimeClock.Part.PAUSE;
import static io.vmferry.source.outgoing.figures.DowntimeClock.Part.RAM;
import static io.vmferry.source.outgoing.figures.DowntimeClock.Part.STOP;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class DowntimeClockTest {

    private final DowntimeClock clock = new DowntimeClock();

    @Test
    void isZeroWhileTheGuestRuns() {
        clock.enter(RAM, 100);
        clock.end(200);
        assertThat(clock.totalNanos(300)).isZero();
        assertThat(clock.parts()).isEmpty();
    }

    @Test
    void thePartsMakeUpTheWhole() {
        clock.start(1000);
        clock.enter(RAM, 1010);
        clock.enter(DEVICES, 1015);
        clock.enter(DEVICES, 1016);
        clock.enter(DESTINATION, 1020);
        assertThat(clock.totalNanos(1030)).isEqualTo(30);
        clock.end(1050);
        assertThat(clock.parts())
                .containsExactly(
                        Map.entry(STOP.text(), 10L),
                        Map.entry(RAM.text(), 5L),
                        Map.entry(DEVICES.text(), 5L),
                        Map.entry(DESTINATION.text(), 30L));
        assertThat(clock.totalNanos(9999)).isEqualTo(50);
    }

    @Test
    void theFirstEndCounts() {
        clock.start(0);
        clock.enter(PAUSE, 7);
        clock.end(10);
        clock.end(20);
        clock.enter(RAM, 30);
        assertThat(clock.totalNanos(40)).isEqualTo(10);
        assertThat(clock.parts())
                .containsExactly(Map.entry(STOP.text(), 7L), Map.entry(PAUSE.text(), 3L));
    }

    @Test
    void aGuestThatComesBackStoodStillUntilThen() {
        clock.start(0);
        clock.enter(DEVICES, 7);
        clock.end(10);
        clock.guestBack(25);
        assertThat(clock.totalNanos(40)).isEqualTo(25);
        assertThat(clock.parts())
                .containsExactly(Map.entry(STOP.text(), 7L), Map.entry(DEVICES.text(), 18L));
    }

    @Test
    void aGuestThatNeverStoppedHasNoDowntime() {
        clock.guestBack(25);
        assertThat(clock.totalNanos(40)).isZero();
    }
}
