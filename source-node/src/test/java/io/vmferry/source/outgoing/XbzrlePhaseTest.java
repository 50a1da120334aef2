package io.vmferry.source.outgoing;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.memory.RamBlock;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.options.Parameter;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.source.outgoing.phase.Next;
import io.vmferry.source.outgoing.phase.Phase;
import io.vmferry.source.outgoing.state.Stage;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the capability {@code xbzrle} changes in the phases of a source. */
class XbzrlePhaseTest {

    private static PhaseRig rig(Profile profile, long cacheBytes, Capability... on)
            throws Exception {
        return new PhaseRig(
                profile,
                "",
                false,
                PhaseRig.PAGES,
                Map.of(Parameter.XBZRLE_CACHE_SIZE, cacheBytes),
                on);
    }

    private static void store(PhaseRig rig, int value) {
        RamBlock block = rig.ram.blocks().getFirst();
        block.willStore(7);
        block.segment().set(ValueLayout.JAVA_BYTE, 7 * 4096 + value, (byte) value);
        block.stored(7);
        rig.parts.scan.unsent().sync();
    }

    /** The bytes of a PART that is sent of a page that has changed in its third and fourth pass. */
    private static long[] laterPasses(PhaseRig rig) {
        rig.phase(Stage.SETUP).advance();
        rig.status(MigrationStatus.ACTIVE);
        Phase phase = rig.phase(Stage.PRECOPY);
        phase.advance();
        store(rig, 1);
        phase.advance();
        long before = rig.sent();
        store(rig, 2);
        phase.advance();
        long between = rig.sent();
        rig.parts.sections.ram().endXbzrle();
        store(rig, 3);
        phase.advance();
        return new long[] {between - before, rig.sent() - between};
    }

    @Test
    void aPageThatComesAgainIsShorter() throws Exception {
        try (PhaseRig rig = rig(Profile.QEMU_11_1, 1 << 20, Capability.XBZRLE)) {
            long[] bytes = laterPasses(rig);
            assertThat(bytes[0]).isLessThan(100);
            assertThat(bytes[1]).as("without a cache").isGreaterThan(4096);
            assertThat(rig.parts.counters.xbzrle.pages).isOne();
        }
    }

    @Test
    void withoutTheCapabilityAndBesideMultifdItIsNot() throws Exception {
        try (PhaseRig rig = rig(Profile.QEMU_11_1, 1 << 20)) {
            assertThat(laterPasses(rig)[0]).isGreaterThan(4096);
        }
        try (PhaseRig rig = rig(Profile.QEMU_7_2, 1 << 20, Capability.XBZRLE, Capability.MULTIFD)) {
            assertThat(rig.parts.sections.ram().xbzrle()).isEmpty();
        }
    }

    /** As in QEMU it fails once it is active, behind the wait for unplugged devices. */
    @Test
    void aCacheThatCannotBeHadFailsTheMigration() throws Exception {
        for (long bytes : new long[] {1L << 50, 1L << 62, 1L << 63}) {
            try (PhaseRig rig = rig(Profile.QEMU_11_1, bytes, Capability.XBZRLE)) {
                assertThat(rig.phase(Stage.SETUP).advance())
                        .isEqualTo(new Next.Enter(Stage.UNPLUG));
                assertThat(rig.points).as("nothing of RAM").doesNotContain("setup-sent(ram)");
                Phase unplug = rig.phase(Stage.UNPLUG);
                assertThat(unplug.takeNote()).isEmpty();
                assertThat(rig.parts.state.get()).isEqualTo(MigrationStatus.ACTIVE);
                assertThat(unplug.advance())
                        .isEqualTo(
                                new Next.Failed(
                                        new Failure.DeviceFailure(
                                                "ram", "Failed to allocate page cache")));
            }
        }
    }

    @Test
    void theRatesAreMeasuredAtASyncASecondLater() throws Exception {
        try (PhaseRig rig = rig(Profile.QEMU_11_1, 1 << 20, Capability.XBZRLE)) {
            rig.phase(Stage.SETUP).advance();
            rig.parts.counters.xbzrle.cacheMisses = 32;
            rig.parts.counters.pages.normalPages = 64;
            rig.loop.advanceMillis(500);
            rig.parts.dirtySync.run();
            assertThat(rig.parts.counters.xbzrle.cacheMissRate).isZero();
            rig.loop.advanceMillis(501);
            rig.parts.dirtySync.run();
            assertThat(rig.parts.counters.xbzrle.cacheMissRate).isEqualTo(0.5);
        }
    }
}
