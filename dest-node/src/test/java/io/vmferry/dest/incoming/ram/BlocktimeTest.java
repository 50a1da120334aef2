package io.vmferry.dest.incoming.ram;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.dest.incoming.ram.Blocktime.BlocktimeFigures;
import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.memory.RamBlockSpec;
import io.vmferry.machine.paging.PageFault;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How long faults kept the guest from running, by a clock that the test moves. */
class BlocktimeTest {

    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long MICRO = TimeUnit.MICROSECONDS.toNanos(1);

    private final GuestRam ram = GuestRam.allocate(List.of(new RamBlockSpec("ram", 4096)));
    private final RamBlock block = ram.blocks().getFirst();
    private long nowNanos;
    private final Blocktime time = new Blocktime(2, () -> nowNanos);

    @AfterEach
    void unmap() {
        ram.close();
    }

    private PageFault blocked(OptionalInt vcpu, long atMillis) {
        nowNanos = atMillis * MILLI;
        PageFault fault = new PageFault(block, 0, vcpu, nowNanos, () -> {});
        time.blocked(fault);
        return fault;
    }

    private PageFault blocked(int vcpu, long atMillis) {
        return blocked(OptionalInt.of(vcpu), atMillis);
    }

    private void unblocked(PageFault fault, long atMillis) {
        nowNanos = atMillis * MILLI;
        time.unblocked(fault);
    }

    @Test
    void saysNothingOfNoFaults() {
        BlocktimeFigures none = time.figures();
        assertThat(none.blocktimeMillis()).isZero();
        assertThat(none.vcpuBlocktimeMillis()).containsExactly(0L, 0L);
        assertThat(none.latencyNanos()).isZero();
        assertThat(none.latencyDistribution()).hasSize(Blocktime.BUCKETS).containsOnly(0L);
    }

    @Test
    void theGuestIsBlockedOnlyWhileAllItsVcpusAre() {
        PageFault first = blocked(0, 10);
        PageFault second = blocked(1, 14);
        unblocked(first, 20);
        PageFault third = blocked(0, 21);
        unblocked(second, 24);
        unblocked(third, 30);

        BlocktimeFigures figures = time.figures();
        // 14 to 20 and 21 to 24
        assertThat(figures.blocktimeMillis()).isEqualTo(9);
        assertThat(figures.vcpuBlocktimeMillis()).containsExactly(10L + 9, 10L);
        assertThat(figures.latencyNanos()).isEqualTo((10 + 10 + 9) * MILLI / 3);
        assertThat(figures.vcpuLatencyNanos()).containsExactly(19 * MILLI / 2, 10 * MILLI);
    }

    /** A vCPU with two faults at a time: device emulation on its behalf. */
    @Test
    void overlappingFaultsOfAVcpuCountOnce() {
        PageFault first = blocked(0, 0);
        PageFault second = blocked(0, 4);
        unblocked(first, 6);
        unblocked(second, 9);
        assertThat(time.figures().vcpuBlocktimeMillis()).containsExactly(9L, 0L);
        assertThat(time.figures().blocktimeMillis()).isZero();
        assertThat(time.figures().latencyNanos()).isEqualTo((6 + 5) * MILLI / 2);
    }

    @Test
    void whoIsNoVcpuBlocksNone() {
        PageFault person = blocked(OptionalInt.empty(), 0);
        unblocked(person, 8);
        assertThat(time.figures().vcpuBlocktimeMillis()).containsExactly(0L, 0L);
        assertThat(time.figures().nonVcpuLatencyNanos()).isEqualTo(8 * MILLI);
        assertThat(time.figures().latencyNanos()).isEqualTo(8 * MILLI);
    }

    @Test
    void latenciesAreCountedByPowersOfTwoOfMicroseconds() {
        for (long nanos : new long[] {0, MICRO, 2 * MICRO - 1, 2 * MICRO, 1000 * MICRO}) {
            nowNanos = 0;
            PageFault fault = blocked(0, 0);
            nowNanos = nanos;
            time.unblocked(fault);
        }
        PageFault endless = blocked(0, 0);
        unblocked(endless, TimeUnit.HOURS.toMillis(1));
        List<Long> buckets = time.figures().latencyDistribution();
        assertThat(buckets.get(0)).isEqualTo(3);
        assertThat(buckets.get(1)).isEqualTo(1);
        assertThat(buckets.get(9)).isEqualTo(1);
        assertThat(buckets.getLast()).isEqualTo(1);
        assertThat(buckets.stream().mapToLong(Long::longValue).sum()).isEqualTo(6);
    }
}
