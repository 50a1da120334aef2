package io.vmferry.source.outgoing;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.protocol.failure.FailureTable.GuestOwner;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.returnpath.ReturnPathMessage;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.RunState;
import io.vmferry.source.outgoing.phase.Next;
import io.vmferry.source.outgoing.phase.Phase;
import io.vmferry.source.outgoing.phase.SwitchoverPhase;
import io.vmferry.source.outgoing.state.Stage;
import org.junit.jupiter.api.Test;

/** The stop of the guest, the pause before the disks are handed over, and the way out of it. */
class SwitchoverPhaseTest {

    private static PhaseRig rig(Profile profile, Capability... on) throws Exception {
        PhaseRig rig = new PhaseRig(profile, on);
        rig.status(MigrationStatus.ACTIVE);
        return rig;
    }

    private static void stop(PhaseRig rig, Phase phase) {
        assertThat(phase.advance()).isEqualTo(Next.AGAIN);
        assertThat(phase.advance()).isEqualTo(Next.WAIT);
        rig.vcpus.stopped();
        assertThat(rig.turns).isEqualTo(1);
    }

    @Test
    void stopsTheGuestAndHandsOver() throws Exception {
        try (PhaseRig rig = rig(Profile.QEMU_10_2)) {
            Phase phase = rig.phase(Stage.SWITCHOVER);
            stop(rig, phase);
            assertThat(phase.advance()).isEqualTo(Next.AGAIN);
            assertThat(phase.advance()).isEqualTo(new Next.Enter(Stage.COMPLETION));
            assertThat(rig.points)
                    .containsExactly(
                            "switchover-started",
                            "guest-stopped",
                            "status(device)",
                            "command-sent(SWITCHOVER_START)",
                            "dirty-sync(1)");
            assertThat(rig.parts.guest.run().state()).isEqualTo(RunState.FINISH_MIGRATE);
            assertThat(rig.parts.guest.lease().held()).isFalse();
        }
    }

    @Test
    void forPostcopyNothingIsSynchronisedHere() throws Exception {
        try (PhaseRig rig = rig(Profile.QEMU_10_2, Capability.POSTCOPY_RAM)) {
            Phase phase = rig.phase(Stage.POSTCOPY_SWITCHOVER);
            stop(rig, phase);
            phase.advance();
            assertThat(phase.advance()).isEqualTo(new Next.Enter(Stage.PACKAGE));
            assertThat(rig.points).doesNotContain("dirty-sync(1)");
        }
    }

    @Test
    void oldVersionsAreInPostcopyFromTheStopOn() throws Exception {
        try (PhaseRig rig = rig(Profile.QEMU_7_2, Capability.POSTCOPY_RAM)) {
            rig.phase(Stage.POSTCOPY_SWITCHOVER).advance();
            assertThat(rig.points).containsExactly("switchover-started", "status(postcopy-active)");
            assertThat(rig.parts.rules.owner()).isEqualTo(GuestOwner.SOURCE);
        }
    }

    @Test
    void pausesUntilItIsContinued() throws Exception {
        try (PhaseRig rig = rig(Profile.QEMU_10_2, Capability.PAUSE_BEFORE_SWITCHOVER)) {
            SwitchoverPhase phase = (SwitchoverPhase) rig.phase(Stage.SWITCHOVER);
            assertThat(phase.proceed()).isEmpty();
            assertThat(rig.state.get()).isEqualTo(MigrationStatus.ACTIVE);
            stop(rig, phase);
            assertThat(phase.advance()).isEqualTo(Next.WAIT);
            assertThat(rig.state.get()).isEqualTo(MigrationStatus.PRE_SWITCHOVER);
            assertThat(phase.advance()).isEqualTo(Next.WAIT);
            assertThat(rig.parts.guest.lease().held()).isTrue();
            assertThat(phase.proceed()).isEmpty();
            assertThat(rig.state.get()).isEqualTo(MigrationStatus.DEVICE);
            assertThat(phase.advance()).isEqualTo(new Next.Enter(Stage.COMPLETION));
        }
    }

    @Test
    void whatWasOutlivedInThePauseEndsItAfterwards() throws Exception {
        try (PhaseRig rig =
                rig(
                        Profile.QEMU_10_2,
                        Capability.PAUSE_BEFORE_SWITCHOVER,
                        Capability.RETURN_PATH)) {
            SwitchoverPhase phase = (SwitchoverPhase) rig.phase(Stage.SWITCHOVER);
            stop(rig, phase);
            phase.advance();
            rig.answer(new ReturnPathMessage.Shut(1));
            assertThat(rig.failures).isEmpty();
            assertThat(phase.proceed()).isPresent();
        }
    }

    private static PhaseRig toFile(Profile profile, Capability needing) throws Exception {
        PhaseRig rig = new PhaseRig(profile, "", true, needing);
        rig.status(MigrationStatus.ACTIVE);
        return rig;
    }

    private static Next afterStop(PhaseRig rig, Stage stage) {
        Phase phase = rig.phase(stage);
        stop(rig, phase);
        Next next = phase.advance();
        return next instanceof Next.Again ? phase.advance() : next;
    }

    @Test
    void aPrecopyWithoutAReturnPathGoesOn() throws Exception {
        try (PhaseRig rig = toFile(Profile.QEMU_10_2, Capability.RETURN_PATH)) {
            assertThat(afterStop(rig, Stage.SWITCHOVER))
                    .isEqualTo(new Next.Enter(Stage.COMPLETION));
        }
    }

    @Test
    void aPostcopyWithoutAReturnPathIsNotHandedOver() throws Exception {
        try (PhaseRig rig = toFile(Profile.QEMU_10_2, Capability.POSTCOPY_RAM)) {
            assertThat(afterStop(rig, Stage.POSTCOPY_SWITCHOVER)).isInstanceOf(Next.Failed.class);
            assertThat(rig.parts.guest.lease().held()).isTrue();
        }
    }
}
