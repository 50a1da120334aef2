package io.vmferry.source.outgoing;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.protocol.failure.FailureTable.GuestOwner;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.source.outgoing.phase.Next;
import io.vmferry.source.outgoing.phase.Phase;
import io.vmferry.source.outgoing.state.Stage;
import org.junit.jupiter.api.Test;

/** The devices follow RAM, and the end is when the transport has everything. */
class SnapshotCompletionPhaseTest {

    @Test
    void writesWhatWasTakenAndLeavesTheGuestWithTheSource() throws Exception {
        try (PhaseRig rig =
                new PhaseRig(
                        Profile.QEMU_11_1, "virtio-net", true, Capability.BACKGROUND_SNAPSHOT)) {
            rig.status(MigrationStatus.ACTIVE);
            Phase moment = rig.phase(Stage.SNAPSHOT_MOMENT);
            moment.advance();
            rig.vcpus.stopped();
            while (moment.advance() instanceof Next.Again) {
                // until the guest runs on
            }
            Phase phase = rig.phase(Stage.SNAPSHOT_COMPLETION);
            long before = rig.sent();
            rig.links.getFirst().drains = false;
            Next next = phase.advance();
            while (next instanceof Next.Again) {
                next = phase.advance();
            }
            assertThat(next).isEqualTo(Next.WAIT);
            assertThat(rig.sent()).isGreaterThan(before);
            assertThat(rig.points).endsWith("eof-sent");
            assertThat(rig.drained).isZero();
            rig.links.getFirst().drain();
            assertThat(rig.drained).isEqualTo(1);
            assertThat(rig.parts.handover.owner()).isEqualTo(GuestOwner.SOURCE);
        }
    }
}
