package io.vmferry.dest.incoming.postcopy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmferry.dest.incoming.SmallGuest;
import io.vmferry.dest.incoming.guest.Arrival;
import io.vmferry.dest.incoming.guest.GuestClaim;
import io.vmferry.dest.incoming.state.IncomingState;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.lease.ScriptedLease;
import io.vmferry.machine.lease.Taking;
import io.vmferry.machine.link.ManualLoop;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.status.PostcopyState;
import io.vmferry.protocol.status.RunState;
import io.vmferry.protocol.stream.StreamException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The change of owner, without a stream. */
class PostcopyTakeoverTest {

    private final ScriptedLease lease = new ScriptedLease();
    private final List<String> seen = new ArrayList<>();
    private final MigrationOptions options =
            SmallGuest.options(Profile.QEMU_10_2, Capability.POSTCOPY_RAM);
    private final IncomingState state = new IncomingState(options, Probe.NONE, event -> {});
    private SmallGuest here = new SmallGuest(lease, true);
    private PostcopyTakeover takeover = takeover();

    private PostcopyTakeover takeover() {
        return new PostcopyTakeover(
                here.guest.run(),
                state,
                new GuestClaim(here.guest, state),
                new Arrival(here.guest, options, new ManualLoop(), Probe.NONE, () -> {}));
    }

    @AfterEach
    void unmap() {
        here.close();
    }

    private void listening() {
        state.postcopy().move(PostcopyState.ADVISE);
        state.postcopy().move(PostcopyState.LISTENING);
    }

    private void notToRun() {
        here.close();
        here = new SmallGuest(lease, false);
        takeover = takeover();
    }

    private void claim() {
        takeover.claim(() -> seen.add("pong"), () -> seen.add("go on"), this::failed);
    }

    private void run() throws StreamException {
        takeover.run(false, () -> seen.add("started"), this::failed);
    }

    private void failed(Failure failure) {
        seen.add(failure.text());
    }

    @Test
    void theSourceHearsThatTheGuestIsOursWhenTheLeaseIs() throws StreamException {
        lease.late = true;
        listening();
        claim();
        assertThat(seen).isEmpty();
        assertThat(state.leftToUs()).isFalse();
        lease.respond();
        assertThat(state.leftToUs()).isTrue();
        run();
        assertThat(seen).containsExactly("pong", "go on", "started");
        assertThat(here.guest.run().state()).isEqualTo(RunState.RUNNING);
        assertThat(lease.asked).containsExactly("take");
    }

    @Test
    void whatFailedMeanwhileCountsOnceTheLeaseHasAnswered() {
        lease.late = true;
        listening();
        claim();
        state.failedMeanwhile(new Failure.PauseCommand());
        lease.respond();
        assertThat(seen)
                .containsExactly("pong", "go on", "Postcopy migration is paused by the user");
    }

    @Test
    void aLeaseThatIsRefusedFailsBeforeTheSourceHears() {
        lease.taking = new Taking.HeldElsewhere("pid 7");
        listening();
        claim();
        assertThat(seen).containsExactly("The guest may not run here: lease L is held by pid 7");
        assertThat(state.leftToUs()).isFalse();
    }

    @Test
    void aGuestThatIsNotToRunNeedsNoLeaseAndIsOursAllTheSame() throws StreamException {
        notToRun();
        listening();
        claim();
        assertThat(state.leftToUs()).isTrue();
        run();
        assertThat(here.guest.run().state()).isEqualTo(RunState.PAUSED);
        assertThat(state.postcopy().running()).isTrue();
        assertThat(lease.asked).isEmpty();
    }

    @Test
    void anAnswerBeforeListenTellsNothing() {
        claim();
        assertThat(seen).containsExactly("pong", "go on");
        assertThat(state.leftToUs()).isFalse();
        assertThat(lease.asked).isEmpty();
    }

    @Test
    void runBesideAPackageOrBeforeListenIsRefused() {
        assertThatThrownBy(this::run).hasMessageContaining("POSTCOPY_RUN in postcopy state none");
        listening();
        assertThatThrownBy(() -> takeover.run(true, () -> {}, this::failed))
                .hasMessageContaining("while the package is loading");
        assertThat(here.guest.run().state()).isEqualTo(RunState.INMIGRATE);
    }

    @Test
    void whatIsOursRunsWithoutRunWhereTheSourceHasGone() {
        listening();
        takeover.runWhatIsOurs();
        assertThat(here.guest.run().state()).isEqualTo(RunState.INMIGRATE);
        claim();
        takeover.runWhatIsOurs();
        assertThat(here.guest.run().state()).isEqualTo(RunState.RUNNING);
    }

    @Test
    void runOfAGuestThatWasStartedWithoutItIsIgnored() throws StreamException {
        listening();
        claim();
        takeover.runWhatIsOurs();
        seen.clear();
        run();
        assertThat(seen).isEmpty();
        assertThat(here.guest.run().state()).isEqualTo(RunState.RUNNING);
        assertThatThrownBy(this::run).as("once").hasMessageContaining("POSTCOPY_RUN in postcopy");
    }
}
