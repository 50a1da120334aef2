package io.vmferry.source.outgoing;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.returnpath.ReturnPathMessage;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.source.outgoing.channel.Pings;
import io.vmferry.source.outgoing.phase.Next;
import io.vmferry.source.outgoing.phase.Phase;
import io.vmferry.source.outgoing.state.Stage;
import org.junit.jupiter.api.Test;

/** Pages that follow a guest that runs elsewhere, and the end of the stream after them. */
class PostcopyPhaseTest {

    private static PhaseRig rig() throws Exception {
        PhaseRig rig = new PhaseRig(Profile.QEMU_11_1, Capability.POSTCOPY_RAM);
        rig.dirty(true);
        rig.parts.sections.ram().enterPostcopy();
        rig.status(MigrationStatus.ACTIVE, MigrationStatus.DEVICE, MigrationStatus.POSTCOPY_DEVICE);
        rig.parts.handover.packageWasSent();
        return rig;
    }

    @Test
    void thePongOfThePackageMovesTheStatusOn() throws Exception {
        try (PhaseRig rig = rig()) {
            Phase phase = rig.phase(Stage.POSTCOPY);
            assertThat(phase.takeNote()).isEmpty();
            assertThat(rig.state.get()).isEqualTo(MigrationStatus.POSTCOPY_DEVICE);
            rig.answer(new ReturnPathMessage.Pong(Pings.PACKAGE_LOADED));
            assertThat(phase.takeNote()).isEmpty();
            assertThat(rig.points)
                    .containsExactly("pong(0x42)", "status(postcopy-active)", "package-loaded");
        }
    }

    @Test
    void whatIsAskedForGoesFirst() throws Exception {
        try (PhaseRig rig = rig()) {
            Phase phase = rig.phase(Stage.POSTCOPY);
            rig.answer(new ReturnPathMessage.ReqPagesId(40 * 4096L, 4096, "ram"));
            assertThat(phase.advance()).isEqualTo(Next.AGAIN);
            assertThat(rig.points)
                    .containsExactly(
                            "page-requested(ram+0x28000)", "requested-page-sent(ram+0x28000)");
            assertThat(rig.parts.scan.unsent().count()).isEqualTo(PhaseRig.PAGES - 1);
        }
    }

    /** The end must not overtake the news that the guest runs. */
    @Test
    void theEndWaitsForThePongOfThePackage() throws Exception {
        try (PhaseRig rig = rig()) {
            Phase phase = rig.phase(Stage.POSTCOPY);
            assertThat(phase.advance()).isEqualTo(Next.AGAIN);
            assertThat(rig.parts.scan.unsent().count()).isZero();
            assertThat(phase.advance()).isEqualTo(Next.WAIT);
            assertThat(rig.points).isEmpty();
            rig.answer(new ReturnPathMessage.Pong(Pings.PACKAGE_LOADED));
            phase.takeNote();
            assertThat(phase.advance()).isEqualTo(Next.WAIT);
            assertThat(rig.points).endsWith("postcopy-ram-sent", "eof-sent");
            assertThat(rig.drained).isEqualTo(1);
            assertThat(rig.parts.handover.isStreamEnded()).isTrue();
        }
    }

    @Test
    void aDestinationThatHasEndedBeforeItSaysThatItRunsFails() throws Exception {
        try (PhaseRig rig = rig()) {
            Phase phase = rig.phase(Stage.POSTCOPY);
            rig.answer(new ReturnPathMessage.Shut(0));
            assertThat(phase.takeNote().orElseThrow().text()).contains("expected PONG 0x42");
        }
    }

    @Test
    void theBackgroundKeepsToItsLimit() throws Exception {
        try (PhaseRig rig = rig()) {
            Phase phase = rig.phase(Stage.POSTCOPY);
            rig.parts.window.limit(10_000);
            rig.parts.counters.transferredBytes += 1000;
            assertThat(phase.advance()).isEqualTo(Next.later(100_000_000));
            assertThat(rig.parts.scan.unsent().count()).isEqualTo(PhaseRig.PAGES);
        }
    }
}
