package io.vmferry.source.outgoing;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.source.outgoing.phase.Next;
import io.vmferry.source.outgoing.state.Stage;
import org.junit.jupiter.api.Test;

/** What a stream begins with. */
class SetupPhaseTest {

    @Test
    void aPrecopyWithoutAnswersAsksNothing() throws Exception {
        try (PhaseRig rig = new PhaseRig(Profile.QEMU_10_2)) {
            assertThat(rig.phase(Stage.SETUP).advance()).isEqualTo(new Next.Enter(Stage.UNPLUG));
            assertThat(rig.points)
                    .containsExactly("header-sent", "setup-sent(ram)", "dirty-sync(1)");
            assertThat(rig.parts.scan.unsent().count()).isEqualTo(PhaseRig.PAGES);
        }
    }

    @Test
    void aPostcopyOpensItsReturnPathAndIsAnnounced() throws Exception {
        try (PhaseRig rig = new PhaseRig(Profile.QEMU_10_2, Capability.POSTCOPY_RAM)) {
            rig.phase(Stage.SETUP).advance();
            assertThat(rig.points)
                    .containsExactly(
                            "header-sent",
                            "command-sent(OPEN_RETURN_PATH)",
                            "command-sent(PING)",
                            "command-sent(POSTCOPY_ADVISE)",
                            "setup-sent(ram)",
                            "dirty-sync(1)");
        }
    }

    /** QEMU asks a file as well, and finds out later that nothing can come back. */
    @Test
    void aFileIsAskedToo() throws Exception {
        try (PhaseRig rig = new PhaseRig(Profile.QEMU_10_2, "", true, Capability.RETURN_PATH)) {
            rig.phase(Stage.SETUP).advance();
            assertThat(rig.points).contains("command-sent(OPEN_RETURN_PATH)", "command-sent(PING)");
        }
    }

    @Test
    void eachDeviceThatIsSentInSeveralGoesHasItsSection() throws Exception {
        try (PhaseRig rig = new PhaseRig(Profile.QEMU_10_2, "vfio virtio-net", false)) {
            rig.phase(Stage.SETUP).advance();
            assertThat(rig.points)
                    .containsExactly(
                            "header-sent",
                            "setup-sent(ram)",
                            "setup-sent(0000:00:02.0/vfio)",
                            "dirty-sync(1)");
        }
    }
}
