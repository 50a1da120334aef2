package io.vmferry.dest.incoming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmferry.dest.incoming.channel.ConnectionLog;
import io.vmferry.dest.incoming.channel.IncomingChannels;
import io.vmferry.dest.incoming.channel.StreamHolds;
import io.vmferry.dest.incoming.guest.Arrival;
import io.vmferry.dest.incoming.guest.GuestClaim;
import io.vmferry.dest.incoming.state.IncomingState;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.lease.ScriptedLease;
import io.vmferry.machine.lease.Taking;
import io.vmferry.machine.link.LinkListener;
import io.vmferry.machine.link.ManualLoop;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.status.RunState;
import io.vmferry.protocol.stream.StreamException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The end of a precopy, without a stream. */
class PrecopyArrivalTest {

    private final ScriptedLease lease = new ScriptedLease();
    private final List<String> seen = new ArrayList<>();
    private SmallGuest here = new SmallGuest(lease, true);

    @AfterEach
    void unmap() {
        here.close();
    }

    private PrecopyArrival arrival(Profile profile, boolean heard) {
        MigrationOptions options = SmallGuest.options(profile);
        ManualLoop loop = new ManualLoop();
        IncomingState state = new IncomingState(options, Probe.NONE, event -> {});
        IncomingChannels channels =
                new IncomingChannels(
                        options,
                        state,
                        loop,
                        Probe.NONE,
                        new ConnectionLog(loop, (level, line) -> {}));
        if (heard) {
            channels.main(new ManualLink("source", loop), new StreamHolds(), LinkListener.NONE);
            channels.openReturnPath(() -> {}, failure -> {});
        }
        return new PrecopyArrival(
                options,
                state,
                channels,
                new GuestClaim(here.guest, state),
                new Arrival(here.guest, options, loop, Probe.NONE, () -> {}),
                () -> seen.add("arrived"),
                failure -> seen.add(failure.text()));
    }

    @Test
    void aGuestThatIsToRunArrivesWithItsLease() {
        lease.late = true;
        arrival(Profile.QEMU_11_1, true).arrive();
        assertThat(seen).isEmpty();
        lease.respond();
        assertThat(seen).containsExactly("arrived");
    }

    @Test
    void withoutALeaseTheSourceKeepsTheGuest() {
        lease.taking = new Taking.Unusable("No space left on device");
        arrival(Profile.QEMU_11_1, true).arrive();
        assertThat(seen)
                .containsExactly(
                        "The guest may not run here: lease L cannot be used: No space left on device");
    }

    /** A source that hears nothing has given the guest up when it has sent the stream. */
    @Test
    void withoutAReturnPathTheGuestIsHereAndStaysStopped() {
        lease.taking = new Taking.Unusable("No space left on device");
        arrival(Profile.QEMU_11_1, false).arrive();
        assertThat(seen).containsExactly("arrived");
        assertThat(here.guest.run().state()).isNotEqualTo(RunState.RUNNING);
    }

    @Test
    void aGuestThatIsNotToRunNeedsNoLease() {
        here.close();
        here = new SmallGuest(lease, false);
        arrival(Profile.QEMU_11_1, true).arrive();
        assertThat(seen).containsExactly("arrived");
        assertThat(lease.asked).isEmpty();
    }

    @Test
    void anOldVersionLoadsForColoAndFailsAtTheEnd() throws StreamException {
        PrecopyArrival old = arrival(Profile.QEMU_7_2, true);
        old.askForColo();
        old.arrive();
        assertThat(seen).singleElement().asString().contains("COLO is not built into vmferry");
        assertThat(lease.asked).isEmpty();
    }

    @Test
    void aNewOneRefusesColoAtOnce() {
        assertThatThrownBy(() -> arrival(Profile.QEMU_10_2, true).askForColo())
                .hasMessageContaining("capability x-colo is off here");
    }
}
