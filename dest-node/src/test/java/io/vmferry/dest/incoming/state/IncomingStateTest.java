package io.vmferry.dest.incoming.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmferry.dest.incoming.SmallGuest;
import io.vmferry.dest.incoming.state.IncomingState.ClaimStatus;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.failure.FailureTable.GuestOwner;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.PostcopyState;
import io.vmferry.protocol.stream.StreamException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a migration remembers, and what follows from several of these facts together. */
class IncomingStateTest {

    private static final Failure FIRST = new Failure.PauseCommand();
    private static final Failure SECOND = new Failure.CancelCommand();

    private final List<String> seen = new ArrayList<>();

    private IncomingState state(MigrationOptions options) {
        return new IncomingState(
                options,
                Probe.of(point -> seen.add(point.toString())),
                event -> seen.add(event.name()));
    }

    private IncomingState state() {
        return state(SmallGuest.options(Profile.QEMU_10_2, Capability.POSTCOPY_RAM));
    }

    private static IncomingState running(IncomingState state) {
        state.postcopy().move(PostcopyState.ADVISE);
        state.postcopy().move(PostcopyState.LISTENING);
        state.postcopy().move(PostcopyState.RUNNING);
        return state;
    }

    @ParameterizedTest
    @CsvSource({"false, status(setup)", "true, status(setup) MIGRATION"})
    void aMoveIsAnEventForWhoeverWantsThem(boolean events, String all) {
        Capability[] on = events ? new Capability[] {Capability.EVENTS} : new Capability[0];
        IncomingState state = state(SmallGuest.options(Profile.QEMU_10_2, on));
        assertThat(state.move(MigrationStatus.NONE, MigrationStatus.SETUP)).isTrue();
        assertThat(state.move(MigrationStatus.NONE, MigrationStatus.SETUP)).isFalse();
        assertThat(String.join(" ", seen)).isEqualTo(all);
    }

    @Test
    void theGuestIsTheSourcesUntilItRunsHereOrTheSourceHasHeardThatItIsOurs() {
        IncomingState state = state();
        assertThat(state.owner()).isEqualTo(GuestOwner.SOURCE);
        state.claim(ClaimStatus.ASKED);
        assertThat(state.owner()).isEqualTo(GuestOwner.UNDECIDED);
        state.claim(ClaimStatus.OURS);
        assertThat(state.owner()).isEqualTo(GuestOwner.SOURCE);
        state.postcopy().leaveToUs();
        assertThat(state.owner()).isEqualTo(GuestOwner.DESTINATION);
        assertThat(running(state()).owner()).isEqualTo(GuestOwner.DESTINATION);
    }

    @Test
    void nothingIsMissingHereWithoutPostcopyOfRam() {
        IncomingState state =
                state(SmallGuest.options(Profile.QEMU_10_2, Capability.DIRTY_BITMAPS));
        assertThat(running(state).owner()).isEqualTo(GuestOwner.DESTINATION_COMPLETE);
    }

    @Test
    void aFailureBesideAClaimHaltsUntilTheLeaseRespondsAndTheFirstOneCounts() {
        IncomingState state = state();
        state.claim(ClaimStatus.ASKED);
        assertThat(state.halted()).isFalse();
        state.failedMeanwhile(FIRST);
        state.failedMeanwhile(SECOND);
        assertThat(state.halted()).isTrue();
        assertThat(state.owner()).isEqualTo(GuestOwner.SETTLED);
        state.claim(ClaimStatus.OURS);
        assertThat(state.halted()).isFalse();
        assertThat(state.failedMeanwhile()).contains(FIRST);
    }

    @Test
    void aPauseHaltsUntilTheSourceIsBackAndItsReasonIsForgotten() {
        IncomingState state = running(state());
        state.failed(FIRST);
        state.pause();
        assertThat(state.halted()).isTrue();
        assertThatThrownBy(state::requireGoingOn)
                .isInstanceOf(StreamException.class)
                .hasMessageContaining("ended or paused");
        state.resume();
        assertThat(state.failure()).isEmpty();
        assertThatCode(state::requireGoingOn).doesNotThrowAnyException();
        state.end();
        assertThat(state.halted()).isTrue();
    }

    @Test
    void aQemuWhosePackageBreaksDoesNotKnowThatTheGuestWasLeftToIt() {
        IncomingState state = state(SmallGuest.asQemu(Profile.QEMU_10_2, Capability.POSTCOPY_RAM));
        state.postcopy().leaveToUs();
        assertThat(state.owner()).isEqualTo(GuestOwner.SOURCE);
    }

    @Test
    void postcopyMovesAsItsTableSays() {
        PostcopyProgress progress = new PostcopyProgress();
        assertThatThrownBy(() -> progress.move(PostcopyState.RUNNING))
                .isInstanceOf(IllegalStateException.class);
        progress.end();
        assertThat(progress.state()).isEqualTo(PostcopyState.NONE);
        progress.move(PostcopyState.ADVISE);
        progress.listen();
        assertThatThrownBy(() -> progress.require("POSTCOPY_RUN", PostcopyState.LISTENING))
                .hasMessageContaining("POSTCOPY_RUN in postcopy state advise (1)");
        assertThatThrownBy(() -> progress.requireNotListened("PACKAGED"))
                .hasMessageContaining("PACKAGED after POSTCOPY_LISTEN");
    }
}
