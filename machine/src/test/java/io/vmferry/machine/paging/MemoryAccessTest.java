package io.vmferry.machine.paging;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.memory.RamBlockSpec;
import io.vmferry.machine.vcpu.IdleVcpus;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which accesses wait for which pages, and which faults are reported. */
class MemoryAccessTest {

    private static final int VCPUS = 2;
    private static final int PAGES = 8;

    private final GuestRam ram =
            GuestRam.allocate(
                    List.of(
                            new RamBlockSpec("ram", PAGES * 4096L),
                            new RamBlockSpec("rom", 2 * 4096L)));
    private final RamBlock block = ram.blocks().getFirst();
    private final RamBlock rom = ram.blocks().getLast();
    private final List<Integer> woken = new ArrayList<>();
    private final List<PageFault> faults = new ArrayList<>();
    private final MemoryAccess memory = new MemoryAccess(ram, VCPUS, new Woken());
    private long nowNanos = 1000;

    @AfterEach
    void unmap() {
        ram.close();
    }

    private void demand() {
        memory.demand(() -> nowNanos, faults::add);
    }

    @Test
    void allIsThereUntilPostcopyBegins() {
        assertThat(memory.admit(3)).isTrue();
        assertThat(memory.fetch(block, 3, () -> {})).isFalse();
        assertThat(memory.latency().count()).isZero();
    }

    @Test
    void aVcpuIsKeptFromAMissingPageAndReportedOnce() {
        demand();
        block.publish(2, 3);
        assertThat(memory.admit(2)).isTrue();
        assertThat(memory.admit(3)).isFalse();
        nowNanos = 5000;
        assertThat(memory.admit(3)).isFalse();

        assertThat(faults).hasSize(1);
        PageFault fault = faults.getFirst();
        assertThat(fault.block()).isSameAs(block);
        assertThat(fault.page()).isEqualTo(3);
        assertThat(fault.vcpu()).isEqualTo(OptionalInt.of(1));
        assertThat(fault.sinceNanos()).isEqualTo(1000);
        fault.goOn().run();
        assertThat(woken).containsExactly(1);
    }

    @Test
    void eachVcpuWaitsForItsOwnPage() {
        demand();
        assertThat(memory.admit(4)).isFalse();
        assertThat(memory.admit(5)).isFalse();
        assertThat(faults).extracting(PageFault::page).containsExactly(4L, 5L);
        assertThat(faults).extracting(fault -> fault.vcpu().orElseThrow()).containsExactly(0, 1);
    }

    @Test
    void aPageOfALaterBlockIsReportedByItsNumberThere() {
        demand();
        assertThat(memory.admit(PAGES + 1)).isFalse();
        assertThat(faults.getFirst().block()).isSameAs(rom);
        assertThat(faults.getFirst().page()).isEqualTo(1);
    }

    @Test
    void theLatencyIsFromTheFirstAccessToTheOneThatIsAdmitted() {
        demand();
        memory.admit(3);
        nowNanos = 41_000;
        block.publish(3, 4);
        assertThat(memory.admit(3)).isTrue();
        assertThat(memory.admit(3)).isTrue();
        assertThat(memory.latency().count()).isEqualTo(1);
        assertThat(memory.latency().percentileNanos(50)).isBetween(40_000L, 40_500L);
    }

    @Test
    void whatArrivesIsLookedAtOnlyOnceItIsThere() {
        List<Long> checked = new ArrayList<>();
        memory.check(page -> {
            checked.add(page);
            return page != 6;
        });
        demand();
        assertThat(memory.admit(3)).isFalse();
        assertThat(checked).isEmpty();
        block.publish(3, 7);
        assertThat(memory.admit(3)).isTrue();
        assertThat(memory.admit(6)).isFalse();
        assertThat(checked).containsExactly(3L, 6L);
        assertThat(faults).hasSize(1);
    }

    @Test
    void nobodyWaitsAnyMoreWhenItIsComplete() {
        demand();
        memory.complete();
        assertThat(memory.admit(3)).isTrue();
        assertThat(faults).isEmpty();
    }

    // ---- accesses by the monitor and by devices

    @Test
    void aPersonWaitsForAPageLikeAVcpu() {
        demand();
        List<String> there = new ArrayList<>();
        block.publish(0, 1);
        assertThat(memory.fetch(block, 0, () -> there.add("0"))).isFalse();
        assertThat(memory.fetch(block, 1, () -> there.add("1"))).isTrue();
        assertThat(faults).hasSize(1);
        assertThat(faults.getFirst().vcpu()).isEmpty();
        assertThat(there).isEmpty();
        faults.getFirst().goOn().run();
        assertThat(there).containsExactly("1");
    }

    @Test
    void aRangeIsAskedForPageByPageAcrossBlocks() {
        demand();
        List<String> there = new ArrayList<>();
        block.publish(7, 8);
        memory.fetchRange(6 * 4096 + 100, 3 * 4096, () -> there.add("all"));
        assertThat(missing()).containsExactly("ram 6");
        arrive(block, 6);
        assertThat(missing()).containsExactly("ram 6", "rom 0");
        arrive(rom, 0);
        assertThat(missing()).containsExactly("ram 6", "rom 0", "rom 1");
        assertThat(there).isEmpty();
        arrive(rom, 1);
        assertThat(there).containsExactly("all");
    }

    @Test
    void aRangeEndsWithTheMemory() {
        demand();
        rom.publish(0, 2);
        List<String> there = new ArrayList<>();
        memory.fetchRange(PAGES * 4096L, 1 << 20, () -> there.add("all"));
        memory.fetchRange(1 << 20, 1, () -> there.add("outside"));
        assertThat(faults).isEmpty();
        assertThat(there).containsExactly("all", "outside");
    }

    @Test
    void onlySoManyRangesAreWaitedFor() {
        demand();
        List<Integer> there = new ArrayList<>();
        for (int i = 0; i < MemoryAccess.MAX_WAITING; i++) {
            int number = i;
            assertThat(memory.fetchRange(0, 1, () -> there.add(number))).isTrue();
        }
        assertThat(memory.fetchRange(0, 1, () -> there.add(-1))).isFalse();
        block.publish(0, 1);
        List.copyOf(faults).forEach(fault -> fault.goOn().run());
        assertThat(there).hasSize(MemoryAccess.MAX_WAITING).doesNotContain(-1);
        assertThat(memory.fetchRange(0, 1, () -> there.add(-1))).isTrue();
    }

    private List<String> missing() {
        return faults.stream().map(fault -> fault.block().idstr() + " " + fault.page()).toList();
    }

    private void arrive(RamBlock where, long page) {
        where.publish(page, page + 1);
        faults.getLast().goOn().run();
    }

    private final class Woken extends IdleVcpus {

        @Override
        public void wake(int vcpu) {
            woken.add(vcpu);
        }
    }
}
