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

    private long now;
    private final DowntimeClock clock = new DowntimeClock(() -> now);

    private DowntimeClock at(long nanos) {
        now = nanos;
        return clock;
    }

    @Test
    void isZeroWhileTheGuestRuns() {
        at(100).enter(RAM);
        at(200).end();
        assertThat(clock.totalNanos(300)).isZero();
        assertThat(clock.parts()).isEmpty();
    }

    @Test
    void thePartsMakeUpTheWhole() {
        at(1000).start();
        at(1010).enter(RAM);
        at(1015).enter(DEVICES);
        at(1016).enter(DEVICES);
        at(1020).enter(DESTINATION);
        assertThat(clock.totalNanos(1030)).isEqualTo(30);
        at(1050).end();
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
        at(0).start();
        at(7).enter(PAUSE);
        at(10).end();
        at(20).end();
        at(30).enter(RAM);
        assertThat(clock.totalNanos(40)).isEqualTo(10);
        assertThat(clock.parts())
                .containsExactly(Map.entry(STOP.text(), 7L), Map.entry(PAUSE.text(), 3L));
    }

    @Test
    void aGuestThatComesBackStoodStillUntilThen() {
        at(0).start();
        at(7).enter(DEVICES);
        at(10).end();
        at(25).guestBack();
        assertThat(clock.totalNanos(40)).isEqualTo(25);
        assertThat(clock.parts())
                .containsExactly(Map.entry(STOP.text(), 7L), Map.entry(DEVICES.text(), 18L));
    }

    @Test
    void aGuestThatNeverStoppedHasNoDowntime() {
        at(25).guestBack();
        assertThat(clock.totalNanos(40)).isZero();
    }
}
