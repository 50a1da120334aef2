package io.vmferry.dest.incoming.guest;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.dest.incoming.SmallGuest;
import io.vmferry.machine.lease.LocalLease;
import io.vmferry.machine.link.ManualLoop;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.status.RunState;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of a guest that is here. */
class ArrivalTest {

    private final List<String> seen = new ArrayList<>();

    private Arrival arrival(SmallGuest here) {
        return new Arrival(
                here.guest,
                SmallGuest.options(Profile.QEMU_10_2),
                new ManualLoop(),
                Probe.of(point -> seen.add(point.toString())),
                () -> seen.add("prepared"));
    }

    @Test
    void aGuestRunsWithItsLease() {
        try (SmallGuest here = new SmallGuest()) {
            Arrival arrival = arrival(here);
            assertThat(arrival.runs()).isTrue();
            here.guest.lease().take(taking -> {});
            arrival.prepare();
            arrival.runOrPark();
            assertThat(here.guest.run().state()).isEqualTo(RunState.RUNNING);
            assertThat(seen).containsSubsequence("prepared", "guest-started");
        }
    }

    @Test
    void aGuestStaysPausedWithoutIt() {
        try (SmallGuest here = new SmallGuest()) {
            arrival(here).runOrPark();
            assertThat(here.guest.run().state()).isEqualTo(RunState.PAUSED);
            assertThat(seen).isEmpty();
        }
    }

    @Test
    void aGuestThatIsNotToRunNeedsNoLease() {
        try (SmallGuest here = new SmallGuest(new LocalLease(), false)) {
            Arrival arrival = arrival(here);
            assertThat(arrival.runs()).isFalse();
            here.guest.lease().take(taking -> {});
            arrival.runOrPark();
            assertThat(here.guest.run().state()).isEqualTo(RunState.PAUSED);
        }
    }
}
