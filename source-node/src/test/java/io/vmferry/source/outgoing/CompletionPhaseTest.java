package io.vmferry.source.outgoing;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.protocol.failure.FailureTable.GuestOwner;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.source.outgoing.phase.Next;
import io.vmferry.source.outgoing.phase.Phase;
import io.vmferry.source.outgoing.state.Stage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is sent while the guest is stopped, up to the end of the stream. */
class CompletionPhaseTest {

    private static PhaseRig rig(String devices) throws Exception {
        PhaseRig rig = new PhaseRig(Profile.QEMU_10_2, devices, false);
        rig.dirty(true);
        rig.status(MigrationStatus.ACTIVE, MigrationStatus.DEVICE);
        return rig;
    }

    private static Next run(Phase phase) {
        Next next = phase.advance();
        for (int steps = 0; next instanceof Next.Again; steps++) {
            assertThat(steps).isLessThan(1000);
            next = phase.advance();
        }
        return next;
    }

    @Test
    void sendsRamThenDevicesThenTheEnd() throws Exception {
        try (PhaseRig rig = rig("virtio-net")) {
            assertThat(run(rig.phase(Stage.COMPLETION))).isEqualTo(Next.WAIT);
            assertThat(rig.points)
                    .containsExactly(
                            "ram-complete-sent(ram)",
                            "device-save-started(0000:00:02.0/virtio-net)",
                            "device-saved(0000:00:02.0/virtio-net)",
                            "eof-sent");
            assertThat(rig.drained).isEqualTo(1);
            assertThat(rig.parts.scan.unsent().count()).isZero();
        }
    }

    @Test
    void theGuestIsNotOursAloneFromTheEndOn() throws Exception {
        try (PhaseRig rig = rig("")) {
            Phase phase = rig.phase(Stage.COMPLETION);
            phase.advance();
            assertThat(rig.parts.handover.owner()).isEqualTo(GuestOwner.SOURCE);
            run(phase);
            assertThat(rig.parts.handover.owner()).isEqualTo(GuestOwner.UNDECIDED);
        }
    }

    @Test
    void aSlowDeviceIsWaitedForAsLongAsItNeeds() throws Exception {
        try (PhaseRig rig = rig("virtio-net,save-time=40ms")) {
            Phase phase = rig.phase(Stage.COMPLETION);
            assertThat(run(phase)).isEqualTo(Next.later(TimeUnit.MILLISECONDS.toNanos(40)));
            rig.loop.advanceMillis(15);
            assertThat(phase.advance()).isEqualTo(Next.later(TimeUnit.MILLISECONDS.toNanos(25)));
            assertThat(rig.points).doesNotContain("device-saved(0000:00:02.0/virtio-net)");
            rig.loop.advanceMillis(25);
            assertThat(run(phase)).isEqualTo(Next.WAIT);
            assertThat(rig.points).endsWith("eof-sent");
        }
    }
}
