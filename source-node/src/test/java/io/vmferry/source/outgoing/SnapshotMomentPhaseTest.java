package io.vmferry.source.outgoing;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.memory.RamBlock;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.RunState;
import io.vmferry.source.outgoing.phase.Next;
import io.vmferry.source.outgoing.phase.Phase;
import io.vmferry.source.outgoing.state.Stage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The guest stops, its devices are taken into memory, and it runs on with RAM protected. */
class SnapshotMomentPhaseTest {

    private static PhaseRig rig(String devices) throws Exception {
        PhaseRig rig =
                new PhaseRig(Profile.QEMU_11_1, devices, true, Capability.BACKGROUND_SNAPSHOT);
        rig.status(MigrationStatus.ACTIVE);
        rig.dirty(true);
        return rig;
    }

    private static Next run(Phase phase) {
        Next next = phase.advance();
        while (next instanceof Next.Again) {
            next = phase.advance();
        }
        return next;
    }

    @Test
    void takesTheDevicesWhileTheGuestIsPausedAndSendsNothing() throws Exception {
        try (PhaseRig rig = rig("virtio-net")) {
            Phase phase = rig.phase(Stage.SNAPSHOT_MOMENT);
            long sent = rig.sent();
            assertThat(run(phase)).isEqualTo(Next.WAIT);
            assertThat(rig.parts.guest.run().state()).isEqualTo(RunState.PAUSED);
            rig.vcpus.stopped();
            assertThat(run(phase)).isEqualTo(new Next.Enter(Stage.SNAPSHOT_RAM));
            assertThat(rig.parts.guest.run().state()).isEqualTo(RunState.RUNNING);
            assertThat(rig.points)
                    .containsExactly(
                            "guest-stopped",
                            "device-save-started(0000:00:02.0/virtio-net)",
                            "device-saved(0000:00:02.0/virtio-net)",
                            "guest-resumed");
            assertThat(rig.sent()).isEqualTo(sent);
        }
    }

    @Test
    void ramIsProtectedFromTheMomentOnAndNotBefore() throws Exception {
        try (PhaseRig rig = rig("")) {
            RamBlock block = rig.ram.blocks().getFirst();
            Phase phase = rig.phase(Stage.SNAPSHOT_MOMENT);
            run(phase);
            assertThat(rig.parts.guest.memory().released(block, 7)).isTrue();
            rig.vcpus.stopped();
            run(phase);
            assertThat(rig.parts.guest.memory().released(block, 7)).isFalse();
        }
    }

    @Test
    void theDowntimeEndsWithTheMoment() throws Exception {
        try (PhaseRig rig = rig("virtio-net,save-time=40ms")) {
            Phase phase = rig.phase(Stage.SNAPSHOT_MOMENT);
            run(phase);
            rig.vcpus.stopped();
            assertThat(run(phase)).isEqualTo(Next.later(TimeUnit.MILLISECONDS.toNanos(40)));
            rig.loop.advanceMillis(40);
            run(phase);
            rig.loop.advanceMillis(500);
            assertThat(rig.parts.downtime.totalNanos(rig.loop.nanoTime()))
                    .isEqualTo(TimeUnit.MILLISECONDS.toNanos(40));
        }
    }

    @Test
    void aGuestThatWasPausedStaysPaused() throws Exception {
        try (PhaseRig rig = rig("")) {
            rig.parts.guest.run().stop(RunState.PAUSED, () -> {});
            rig.vcpus.stopped();
            assertThat(run(rig.phase(Stage.SNAPSHOT_MOMENT)))
                    .isEqualTo(new Next.Enter(Stage.SNAPSHOT_RAM));
            assertThat(rig.parts.guest.run().state()).isEqualTo(RunState.PAUSED);
            assertThat(rig.points).containsExactly("guest-stopped");
        }
    }

    @Test
    void theLimitThatWasSetBeforeDoesNotHold() throws Exception {
        try (PhaseRig rig = rig("")) {
            rig.parts.window.limit(1000);
            run(rig.phase(Stage.SNAPSHOT_MOMENT));
            assertThat(rig.parts.window.allowanceBytes()).isEqualTo(Long.MAX_VALUE);
        }
    }

    @Test
    void theMigrationFailsInItWithTheOwnerUnchanged() throws Exception {
        try (PhaseRig rig = rig("")) {
            run(rig.phase(Stage.SNAPSHOT_MOMENT));
            assertThat(rig.parts.rules.consequence(new Failure.CancelCommand()))
                    .hasToString("CANCEL_AND_KEEP");
        }
    }
}
