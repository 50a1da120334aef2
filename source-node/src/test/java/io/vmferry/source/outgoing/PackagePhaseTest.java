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

/** The package that lets the guest run at the destination. */
class PackagePhaseTest {

    private static Next run(Phase phase) {
        Next next = phase.advance();
        for (int steps = 0; next instanceof Next.Again; steps++) {
            assertThat(steps).isLessThan(1000);
            next = phase.advance();
        }
        return next;
    }

    @Test
    void discardsThenDevicesThenThePackage() throws Exception {
        try (PhaseRig rig =
                new PhaseRig(Profile.QEMU_11_1, "virtio-net", false, Capability.POSTCOPY_RAM)) {
            rig.dirty(true);
            rig.status(MigrationStatus.ACTIVE, MigrationStatus.DEVICE);
            assertThat(run(rig.phase(Stage.PACKAGE))).isEqualTo(new Next.Enter(Stage.POSTCOPY));
            assertThat(rig.points)
                    .startsWith("dirty-sync(1)", "discards-sent(64)", "command-sent(PING)")
                    .containsSubsequence(
                            "device-save-started(0000:00:02.0/virtio-net)",
                            "device-saved(0000:00:02.0/virtio-net)",
                            "command-sent(PACKAGED)",
                            "command-sent(PING)",
                            "status(postcopy-device)");
            assertThat(rig.points.getLast()).startsWith("package-sent(");
            assertThat(rig.parts.handover.owner()).isEqualTo(GuestOwner.UNDECIDED);
        }
    }

    @Test
    void withoutAnAnswerToThePackageTheGuestIsTheDestinationsAtOnce() throws Exception {
        try (PhaseRig rig = new PhaseRig(Profile.QEMU_7_2, Capability.POSTCOPY_RAM)) {
            rig.status(MigrationStatus.ACTIVE, MigrationStatus.POSTCOPY_ACTIVE);
            run(rig.phase(Stage.PACKAGE));
            assertThat(rig.parts.handover.owner()).isEqualTo(GuestOwner.DESTINATION);
        }
    }

    /** With dirty bitmaps alone RAM is completed before, and nothing of it is discarded. */
    @Test
    void whereRamDoesNotFollowItIsCompletedFirst() throws Exception {
        try (PhaseRig rig = new PhaseRig(Profile.QEMU_10_2, Capability.DIRTY_BITMAPS)) {
            rig.dirty(true);
            rig.status(MigrationStatus.ACTIVE, MigrationStatus.DEVICE);
            run(rig.phase(Stage.PACKAGE));
            assertThat(rig.points)
                    .startsWith("dirty-sync(1)", "ram-complete-sent(ram)")
                    .noneMatch(point -> point.startsWith("discards"));
            assertThat(rig.parts.scan.unsent().count()).isZero();
        }
    }
}
