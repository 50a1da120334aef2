package io.vmferry.source.outgoing;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.returnpath.ReceivedBitmap;
import io.vmferry.protocol.returnpath.ReturnPathMessage;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.source.outgoing.phase.Next;
import io.vmferry.source.outgoing.phase.Phase;
import io.vmferry.source.outgoing.state.Stage;
import org.junit.jupiter.api.Test;

/** The handshake after a break. */
class RecoveryPhaseTest {

    private static PhaseRig rig() throws Exception {
        PhaseRig rig = new PhaseRig(Profile.QEMU_10_2, Capability.POSTCOPY_RAM);
        rig.dirty(false);
        rig.status(
                MigrationStatus.ACTIVE,
                MigrationStatus.DEVICE,
                MigrationStatus.POSTCOPY_ACTIVE,
                MigrationStatus.POSTCOPY_PAUSED,
                MigrationStatus.POSTCOPY_RECOVER_SETUP,
                MigrationStatus.POSTCOPY_RECOVER);
        rig.parts.handover.packageWasSent();
        rig.parts.handover.packageIsLoaded();
        rig.parts.recovery.begin();
        return rig;
    }

    /** The first half of what a destination can have received. */
    private static ReturnPathMessage firstHalf() {
        return new ReturnPathMessage.RecvBitmap(
                "ram", ReceivedBitmap.copyOf(new long[] {0xFFFFFFFFL}));
    }

    @Test
    void asksWhatIsThereSendsTheRestAndGoesOn() throws Exception {
        try (PhaseRig rig = rig()) {
            Phase phase = rig.phase(Stage.RECOVERY);
            assertThat(phase.advance()).isEqualTo(Next.AGAIN);
            assertThat(rig.points).containsExactly("command-sent(RECV_BITMAP)");
            assertThat(phase.advance()).isEqualTo(Next.WAIT);
            rig.answer(firstHalf());
            assertThat(phase.advance()).isEqualTo(Next.AGAIN);
            assertThat(rig.points).endsWith("bitmap-received(ram)", "pages-lost(32)");
            assertThat(phase.advance()).isEqualTo(Next.AGAIN);
            assertThat(rig.points).endsWith("command-sent(POSTCOPY_RESUME)");
            assertThat(phase.advance()).isEqualTo(Next.WAIT);
            rig.answer(new ReturnPathMessage.ResumeAck(1));
            assertThat(phase.advance()).isEqualTo(new Next.Enter(Stage.POSTCOPY));
            assertThat(rig.points).endsWith("resume-acknowledged", "status(postcopy-active)");
        }
    }

    @Test
    void aBitmapThatNobodyAskedForIsRefused() throws Exception {
        try (PhaseRig rig = rig()) {
            rig.phase(Stage.RECOVERY);
            rig.answer(firstHalf());
            assertThat(rig.failures.getFirst().text()).contains("RECV_BITMAP was not asked for");
        }
    }

    @Test
    void anEarlyAcknowledgementIsRefused() throws Exception {
        try (PhaseRig rig = rig()) {
            rig.phase(Stage.RECOVERY).advance();
            rig.answer(new ReturnPathMessage.ResumeAck(1));
            assertThat(rig.failures.getFirst().text()).contains("RESUME_ACK was not asked for");
        }
    }

    @Test
    void aDestinationThatHasEndedSendsNoBitmap() throws Exception {
        try (PhaseRig rig = rig()) {
            Phase phase = rig.phase(Stage.RECOVERY);
            phase.advance();
            rig.answer(new ReturnPathMessage.Shut(0));
            assertThat(phase.takeNote().orElseThrow().text()).contains("expected RECV_BITMAP");
        }
    }
}
