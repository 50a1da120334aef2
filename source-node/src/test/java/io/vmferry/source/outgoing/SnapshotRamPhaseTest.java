package io.vmferry.source.outgoing;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.memory.RamBlock;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.source.outgoing.phase.Next;
import io.vmferry.source.outgoing.phase.Phase;
import io.vmferry.source.outgoing.state.Stage;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Each page is saved once, while the guest runs, and may be stored to from then on. */
class SnapshotRamPhaseTest {

    private static PhaseRig rig(int pages) throws Exception {
        PhaseRig rig =
                new PhaseRig(
                        Profile.QEMU_11_1,
                        "",
                        true,
                        pages,
                        Map.of(),
                        Capability.BACKGROUND_SNAPSHOT);
        rig.status(MigrationStatus.ACTIVE);
        RamBlock block = rig.ram.blocks().getFirst();
        for (long page = 0; page < pages; page++) {
            block.fill(page, (byte) 1);
        }
        rig.dirty(true);
        rig.parts.writes.begin();
        return rig;
    }

    @Test
    void savesAllPagesOnceAndNothingThatIsStoredLater() throws Exception {
        try (PhaseRig rig = rig(64)) {
            RamBlock block = rig.ram.blocks().getFirst();
            Phase phase = rig.phase(Stage.SNAPSHOT_RAM);
            assertThat(phase.advance()).isEqualTo(Next.AGAIN);
            block.stored(3);
            Next next = phase.advance();
            while (next instanceof Next.Again) {
                next = phase.advance();
            }
            assertThat(next).isEqualTo(new Next.Enter(Stage.SNAPSHOT_COMPLETION));
            assertThat(rig.parts.counters.pages.normalPages).isEqualTo(64);
            assertThat(rig.points).containsExactly("ram-complete-sent(ram)");
        }
    }

    @Test
    void aPageMayBeStoredToAsSoonAsItIsCopied() throws Exception {
        try (PhaseRig rig = rig(512)) {
            RamBlock block = rig.ram.blocks().getFirst();
            Phase phase = rig.phase(Stage.SNAPSHOT_RAM);
            assertThat(rig.parts.guest.memory().released(block, 0)).isFalse();
            phase.advance();
            assertThat(rig.parts.guest.memory().released(block, 0)).isTrue();
            assertThat(rig.parts.guest.memory().released(block, 511)).isFalse();
        }
    }

    @Test
    void aLimitThatIsSetMeanwhileHolds() throws Exception {
        try (PhaseRig rig = rig(512)) {
            Phase phase = rig.phase(Stage.SNAPSHOT_RAM);
            rig.parts.window.begin();
            rig.parts.window.limit(100_000);
            long before = rig.sent();
            Next next = phase.advance();
            while (next instanceof Next.Again) {
                next = phase.advance();
            }
            assertThat(next).isInstanceOf(Next.Wait.class);
            assertThat(rig.sent() - before).isBetween(10_000L, 20_000L);
        }
    }
}
