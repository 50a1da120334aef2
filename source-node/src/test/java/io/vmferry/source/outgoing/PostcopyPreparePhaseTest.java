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

/** What is done for a postcopy while the guest still runs. */
class PostcopyPreparePhaseTest {

    private static final Next NEXT = new Next.Enter(Stage.POSTCOPY_SWITCHOVER);

    private static PhaseRig rig(Capability... on) throws Exception {
        PhaseRig rig = new PhaseRig(Profile.QEMU_10_2, on);
        rig.dirty(false);
        rig.status(MigrationStatus.ACTIVE);
        return rig;
    }

    @Test
    void fewDiscardsWaitUntilTheGuestStandsStill() throws Exception {
        try (PhaseRig rig = rig(Capability.POSTCOPY_RAM)) {
            assertThat(rig.phase(Stage.POSTCOPY_PREPARE).advance()).isEqualTo(NEXT);
            assertThat(rig.points).isEmpty();
        }
    }

    @Test
    void manyDiscardsAreSentAheadAndAnswered() throws Exception {
        try (PhaseRig rig = rig(Capability.POSTCOPY_RAM)) {
            for (int page = 0; page < PhaseRig.PAGES; page += 2) {
                rig.ram.blocks().getFirst().dirtyLog().set(page);
            }
            Phase phase = rig.phase(Stage.POSTCOPY_PREPARE);
            assertThat(phase.advance()).isEqualTo(Next.AGAIN);
            assertThat(phase.advance()).isEqualTo(Next.AGAIN);
            assertThat(rig.points).containsExactly("discards-ahead(32)", "command-sent(PING)");
            assertThat(phase.advance()).isEqualTo(Next.WAIT);
            rig.answer(new ReturnPathMessage.Pong(Pings.DISCARDS));
            assertThat(phase.advance()).isEqualTo(NEXT);
        }
    }

    @Test
    void thePreemptChannelComesAfterTheMainOne() throws Exception {
        try (PhaseRig rig = rig(Capability.POSTCOPY_RAM, Capability.POSTCOPY_PREEMPT)) {
            Phase phase = rig.phase(Stage.POSTCOPY_PREPARE);
            assertThat(phase.advance()).isEqualTo(Next.WAIT);
            rig.loop.run();
            assertThat(rig.links).hasSize(1);
            rig.answer(new ReturnPathMessage.Pong(Pings.START));
            assertThat(phase.advance()).isEqualTo(Next.WAIT);
            rig.loop.run();
            assertThat(rig.links).hasSize(2);
            assertThat(rig.points).contains("preempt-connected");
            assertThat(phase.advance()).isEqualTo(NEXT);
        }
    }

    @Test
    void aDestinationThatHasEndedAnswersNothing() throws Exception {
        try (PhaseRig rig = rig(Capability.POSTCOPY_RAM, Capability.POSTCOPY_PREEMPT)) {
            rig.parts.handover.shutReceived();
            Next next = rig.phase(Stage.POSTCOPY_PREPARE).advance();
            assertThat(next).isInstanceOf(Next.Failed.class);
            assertThat(next.toString()).contains("expected PONG 1");
        }
    }
}
