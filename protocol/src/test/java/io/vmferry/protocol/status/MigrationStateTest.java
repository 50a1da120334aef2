package io.vmferry.protocol.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmferry.protocol.profile.Profile;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MigrationStateTest {

    private final List<String> heard = new ArrayList<>();
    private final MigrationState state = state(Side.SOURCE);

    private MigrationState state(Side side) {
        return new MigrationState(
                side, Profile.QEMU_10_2, (from, to) -> heard.add(from.text() + ">" + to.text()));
    }

    @Test
    void aMoveChangesTheStatusAndIsHeard() {
        assertThat(state.get()).isEqualTo(MigrationStatus.NONE);
        assertThat(state.move(MigrationStatus.NONE, MigrationStatus.SETUP)).isTrue();
        assertThat(state.move(MigrationStatus.SETUP, MigrationStatus.ACTIVE)).isTrue();
        assertThat(state.get()).isEqualTo(MigrationStatus.ACTIVE);
        assertThat(heard).containsExactly("none>setup", "setup>active");
    }

    @Test
    void aMoveFromAStatusThatPassedDoesNothing() {
        state.move(MigrationStatus.NONE, MigrationStatus.SETUP);
        assertThat(state.move(MigrationStatus.ACTIVE, MigrationStatus.DEVICE)).isFalse();
        assertThat(state.get()).isEqualTo(MigrationStatus.SETUP);
        assertThat(heard).containsExactly("none>setup");
    }

    @Test
    void aMoveTheTableDoesNotHoldIsAProgrammingError() {
        assertThatThrownBy(() -> state.move(MigrationStatus.SETUP, MigrationStatus.COMPLETED))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("The SOURCE cannot go from setup to completed");
        assertThatThrownBy(() -> state.move(MigrationStatus.NONE, MigrationStatus.NONE))
                .isInstanceOf(IllegalStateException.class);
        assertThat(heard).isEmpty();
    }

    @Test
    void aRestartForgetsAFinishedMigrationSilently() {
        state.restart();
        state.move(MigrationStatus.NONE, MigrationStatus.SETUP);
        state.move(MigrationStatus.SETUP, MigrationStatus.FAILED);
        heard.clear();
        state.restart();
        assertThat(state.get()).isEqualTo(MigrationStatus.NONE);
        assertThat(heard).isEmpty();
    }

    @Test
    void aRestartInTheMiddleIsRefused() {
        state.move(MigrationStatus.NONE, MigrationStatus.SETUP);
        assertThatThrownBy(state::restart)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("The SOURCE cannot start anew from setup");
    }

    @Test
    void aDestinationLoadsOnce() {
        MigrationState incoming = state(Side.DESTINATION);
        incoming.move(MigrationStatus.NONE, MigrationStatus.SETUP);
        incoming.move(MigrationStatus.SETUP, MigrationStatus.ACTIVE);
        incoming.move(MigrationStatus.ACTIVE, MigrationStatus.FAILED);
        assertThatThrownBy(incoming::restart).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void whatMayFollowIsAskedOfTheStatusNow() {
        state.move(MigrationStatus.NONE, MigrationStatus.SETUP);
        assertThat(state.allows(MigrationStatus.CANCELLING)).isTrue();
        assertThat(state.allows(MigrationStatus.COMPLETED)).isFalse();
    }
}
