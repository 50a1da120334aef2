package io.vmferry.source.outgoing;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.profile.Trait;
import io.vmferry.source.outgoing.phase.Next;
import io.vmferry.source.outgoing.phase.Phase;
import io.vmferry.source.outgoing.state.Stage;
import org.junit.jupiter.api.Test;

/** The wait for devices that the guest has to let go of, mostly none. */
class UnplugPhaseTest {

    private static final String PRIMARY = "failover-primary,id=nic,unplug-time=1s";

    @Test
    void nothingIsWaitedForWhereTheGuestHasNothing() throws Exception {
        try (PhaseRig rig = new PhaseRig(Profile.QEMU_10_2)) {
            Phase phase = rig.phase(Stage.UNPLUG);
            assertThat(phase.takeNote()).isEmpty();
            assertThat(rig.points).containsExactly("status(active)");
            assertThat(phase.advance()).isEqualTo(new Next.Enter(Stage.PRECOPY));
        }
    }

    @Test
    void theGuestIsWaitedForAndThenATurnIsAskedFor() throws Exception {
        try (PhaseRig rig = new PhaseRig(Profile.QEMU_10_2, PRIMARY, false)) {
            rig.parts.unplug.request();
            Phase phase = rig.phase(Stage.UNPLUG);
            phase.takeNote();
            assertThat(rig.points).containsExactly("unplug-requested(nic)", "status(wait-unplug)");
            assertThat(phase.advance()).isEqualTo(Next.WAIT);
            rig.loop.advanceMillis(1000);
            assertThat(rig.points)
                    .containsExactly(
                            "unplug-requested(nic)",
                            "status(wait-unplug)",
                            "unplugged",
                            "status(active)");
            assertThat(rig.turns).isEqualTo(1);
            assertThat(phase.advance()).isEqualTo(new Next.Enter(Stage.PRECOPY));
        }
    }

    @Test
    void aFileThatHasToAnswerFailsHereOrWhereItIsReadLast() throws Exception {
        for (Profile profile : Profile.values()) {
            try (PhaseRig rig = new PhaseRig(profile, "", true, Capability.RETURN_PATH)) {
                Phase phase = rig.phase(Stage.UNPLUG);
                phase.takeNote();
                assertThat(phase.advance() instanceof Next.Failed)
                        .as(profile.name())
                        .isNotEqualTo(profile.has(Trait.RETURN_PATH_ERROR_LATE));
            }
        }
    }
}
