package io.vmferry.source.outgoing;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.returnpath.ReturnPathMessage;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.source.outgoing.state.Stage;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** When a broken channel or a bad answer is reported, and what is kept until it matters. */
class ChannelFailuresTest {

    private static PhaseRig paused(Capability... on) throws Exception {
        PhaseRig rig = new PhaseRig(Profile.QEMU_10_2, on);
        rig.status(MigrationStatus.ACTIVE, MigrationStatus.PRE_SWITCHOVER);
        rig.parts.attempt.enter(Stage.SWITCHOVER);
        return rig;
    }

    @Test
    void aBreakInPrecopyIsReportedAtOnce() throws Exception {
        try (PhaseRig rig = new PhaseRig(Profile.QEMU_10_2, Capability.RETURN_PATH)) {
            rig.status(MigrationStatus.ACTIVE);
            rig.parts.attempt.enter(Stage.PRECOPY);
            rig.links.getFirst().listener.closed(Optional.empty());
            assertThat(rig.failures).hasSize(1);
            assertThat(rig.failures.getFirst().text()).startsWith("Return path broke after");
        }
    }

    private static PhaseRig programEndsItsOutput(Profile profile) throws Exception {
        PhaseRig rig = new PhaseRig(profile, Capability.RETURN_PATH);
        rig.status(MigrationStatus.ACTIVE);
        rig.parts.attempt.enter(Stage.PRECOPY);
        rig.links.getFirst().endsSeparately = true;
        rig.links.getFirst().listener.closed(Optional.empty());
        return rig;
    }

    @Test
    void aReturnPathThatEndsAloneIsMissedAtTheEndOfAPrecopy() throws Exception {
        try (PhaseRig rig = programEndsItsOutput(Profile.QEMU_8_2)) {
            assertThat(rig.failures).isEmpty();
            assertThat(rig.channels.failures().outlived()).isPresent();
            assertThat(rig.channels.failures().outlivedByPrecopy()).isEmpty();
        }
    }

    private static PhaseRig sendsBadAnswer(Profile profile) throws Exception {
        PhaseRig rig = new PhaseRig(profile, Capability.RETURN_PATH);
        rig.status(MigrationStatus.ACTIVE);
        rig.parts.attempt.enter(Stage.PRECOPY);
        rig.answer(new ReturnPathMessage.Shut(1));
        return rig;
    }

    @Test
    void aBadAnswerIsNoticedAtTheHandover() throws Exception {
        try (PhaseRig rig = sendsBadAnswer(Profile.QEMU_8_2)) {
            assertThat(rig.failures).isEmpty();
            assertThat(rig.channels.failures().outlivedByPrecopy()).isPresent();
        }
    }

    @Test
    void anOldVersionFailsByABadAnswerAtOnce() throws Exception {
        try (PhaseRig rig = sendsBadAnswer(Profile.QEMU_7_2)) {
            assertThat(rig.failures).hasSize(1);
        }
    }

    @Test
    void anOldVersionMissesItAtOnce() throws Exception {
        try (PhaseRig rig = programEndsItsOutput(Profile.QEMU_7_2)) {
            assertThat(rig.failures).hasSize(1);
        }
    }

    @Test
    void anOutputThatBreaksAfterTheReturnPathIsReportedAtOnce() throws Exception {
        try (PhaseRig rig = programEndsItsOutput(Profile.QEMU_8_2)) {
            rig.links.getFirst().listener.closed(Optional.of(new IOException("broken")));
            assertThat(rig.failures).hasSize(1);
            assertThat(rig.channels.failures().outlivedByPrecopy()).isPresent();
        }
    }

    @Test
    void whenAllHasLeftAReturnPathThatEndsIsMissedAtOnce() throws Exception {
        try (PhaseRig rig = new PhaseRig(Profile.QEMU_8_2, Capability.RETURN_PATH)) {
            rig.parts.handover.streamEnds();
            rig.parts.handover.drained();
            rig.links.getFirst().endsSeparately = true;
            rig.links.getFirst().listener.closed(Optional.empty());
            assertThat(rig.failures).hasSize(1);
        }
    }

    @Test
    void aReturnPathMayEndAloneAfterShut() throws Exception {
        try (PhaseRig rig = new PhaseRig(Profile.QEMU_7_2, Capability.RETURN_PATH)) {
            rig.answer(new ReturnPathMessage.Shut(0));
            rig.links.getFirst().endsSeparately = true;
            rig.links.getFirst().listener.closed(Optional.empty());
            assertThat(rig.failures).isEmpty();
            assertThat(rig.parts.error.text()).isEmpty();
        }
    }

    @Test
    void aBreakInPreSwitchoverIsKeptAndSaid() throws Exception {
        try (PhaseRig rig = paused(Capability.RETURN_PATH)) {
            rig.links.getFirst().listener.closed(Optional.empty());
            assertThat(rig.failures).isEmpty();
            assertThat(rig.channels.failures().outlived()).isPresent();
            assertThat(rig.parts.error.text().orElseThrow()).startsWith("Return path broke after");
        }
    }

    @Test
    void theFirstBadAnswerCounts() throws Exception {
        try (PhaseRig rig = paused(Capability.RETURN_PATH)) {
            rig.answer(new ReturnPathMessage.Shut(1));
            rig.answer(new ReturnPathMessage.Shut(2));
            assertThat(rig.channels.failures().outlived().orElseThrow().text()).contains("SHUT 1");
        }
    }

    @Test
    void aSilentMainThatBreaksInPreSwitchoverIsNoticedWhenItIsUsed() throws Exception {
        try (PhaseRig rig = paused()) {
            rig.links.getFirst().listener.closed(Optional.empty());
            assertThat(rig.failures).isEmpty();
            assertThat(rig.channels.failures().ofMain()).isPresent();
        }
    }

    /** A preempt channel that ends when all is sent: the last word of the destination is due. */
    private static PhaseRig preemptEndsAfterAll() throws Exception {
        PhaseRig rig =
                new PhaseRig(
                        Profile.QEMU_10_2, Capability.POSTCOPY_RAM, Capability.POSTCOPY_PREEMPT);
        rig.channels.openLater(() -> {});
        rig.loop.run();
        rig.parts.handover.streamEnds();
        rig.parts.handover.drained();
        rig.links.getLast().listener.closed(Optional.empty());
        return rig;
    }

    @Test
    void theLastWordIsWaitedForButNotForEver() throws Exception {
        try (PhaseRig rig = preemptEndsAfterAll()) {
            rig.loop.advanceMillis(29_999);
            assertThat(rig.failures).isEmpty();
            rig.loop.advanceMillis(1);
            assertThat(rig.failures.getFirst().text()).startsWith("Preempt channel broke");
        }
    }

    @Test
    void nothingIsReportedOfChannelsThatAreClosed() throws Exception {
        try (PhaseRig rig = preemptEndsAfterAll()) {
            rig.channels.abort();
            rig.loop.advanceMillis(60_000);
            assertThat(rig.failures).isEmpty();
        }
    }

    @Test
    void afterShutNoMessageCanCome() throws Exception {
        try (PhaseRig rig = new PhaseRig(Profile.QEMU_10_2, Capability.RETURN_PATH)) {
            assertThat(rig.channels.failures().missing("PONG 1")).isEmpty();
            rig.answer(new ReturnPathMessage.Shut(0));
            assertThat(rig.channels.failures().missing("PONG 1").orElseThrow().text())
                    .contains("expected PONG 1");
        }
    }
}
