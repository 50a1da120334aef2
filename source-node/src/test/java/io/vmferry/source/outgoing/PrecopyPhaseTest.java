package io.vmferry.source.outgoing;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.profile.Trait;
import io.vmferry.protocol.returnpath.ReturnPathMessage;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.source.outgoing.phase.Next;
import io.vmferry.source.outgoing.phase.Phase;
import io.vmferry.source.outgoing.state.Stage;
import org.junit.jupiter.api.Test;

/** Sending while the guest runs, until little enough is left. */
class PrecopyPhaseTest {

    private static PhaseRig rig(String devices, Capability... on) throws Exception {
        PhaseRig rig = new PhaseRig(Profile.QEMU_10_2, devices, false, on);
        rig.status(MigrationStatus.ACTIVE);
        return rig;
    }

    @Test
    void sendsWhileNothingIsKnownOfTheLink() throws Exception {
        try (PhaseRig rig = rig("")) {
            rig.dirty(true);
            Phase phase = rig.phase(Stage.PRECOPY);
            assertThat(phase.advance()).isEqualTo(Next.AGAIN);
            assertThat(rig.sent()).isPositive();
            assertThat(rig.parts.scan.unsent().count()).isZero();
            assertThat(rig.parts.counters.precopyBytes).isPositive();
        }
    }

    @Test
    void stopsTheGuestWhenNothingIsLeft() throws Exception {
        for (Profile profile : Profile.values()) {
            try (PhaseRig rig = new PhaseRig(profile)) {
                rig.dirty(false);
                rig.status(MigrationStatus.ACTIVE);
                assertThat(rig.phase(Stage.PRECOPY).advance())
                        .isEqualTo(new Next.Enter(Stage.SWITCHOVER));
                assertThat(rig.points.contains("dirty-sync(1)"))
                        .as(profile.name())
                        .isEqualTo(profile.has(Trait.SYNC_BEFORE_EVERY_SWITCHOVER));
            }
        }
    }

    @Test
    void leavesForPostcopyWhenThatIsAskedFor() throws Exception {
        try (PhaseRig rig = rig("", Capability.POSTCOPY_RAM)) {
            rig.dirty(true);
            rig.parts.attempt.requestPostcopy();
            assertThat(rig.phase(Stage.PRECOPY).advance())
                    .isEqualTo(new Next.Enter(Stage.POSTCOPY_PREPARE));
        }
    }

    @Test
    void waitsForTheWindowWhereTheLimitIsReached() throws Exception {
        try (PhaseRig rig = rig("")) {
            rig.dirty(true);
            rig.parts.window.limit(10_000);
            rig.parts.counters.transferredBytes += 1000;
            assertThat(rig.phase(Stage.PRECOPY).advance()).isEqualTo(Next.later(100_000_000));
            assertThat(rig.sent()).isZero();
        }
    }

    @Test
    void doesNotStopTheGuestBeforeDevicesAreReady() throws Exception {
        try (PhaseRig rig = rig("vfio", Capability.RETURN_PATH, Capability.SWITCHOVER_ACK)) {
            rig.dirty(false);
            Phase phase = rig.phase(Stage.PRECOPY);
            sendAll(phase);
            rig.loop.advanceMillis(100);
            assertThat(phase.advance()).isInstanceOf(Next.Wait.class);
            rig.answer(new ReturnPathMessage.SwitchoverAck());
            assertThat(rig.turns).isEqualTo(1);
            rig.loop.advanceMillis(100);
            assertThat(phase.advance()).isEqualTo(new Next.Enter(Stage.SWITCHOVER));
        }
    }

    private static void sendAll(Phase phase) {
        for (int steps = 0; phase.advance() instanceof Next.Again; steps++) {
            assertThat(steps).isLessThan(1000);
        }
    }

    @Test
    void aDestinationThatHasEndedApprovesNothing() throws Exception {
        try (PhaseRig rig = rig("vfio", Capability.RETURN_PATH, Capability.SWITCHOVER_ACK)) {
            rig.answer(new ReturnPathMessage.Shut(0));
            Next next = rig.phase(Stage.PRECOPY).advance();
            assertThat(next).isInstanceOf(Next.Failed.class);
            assertThat(next.toString()).contains("expected SWITCHOVER_ACK");
        }
    }
}
