package io.vmferry.machine.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.PlacedPages;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.memory.RamBlockSpec;
import io.vmferry.machine.vcpu.GuestFault;
import io.vmferry.machine.vcpu.Vcpu;
import io.vmferry.machine.vcpu.VcpuThreads;
import io.vmferry.machine.vcpu.WorkloadSpec;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The guest, the sweep and the harvest of the dirty log run concurrently at full speed. */
class OracleConcurrencyTest {
    private static final int PAGES = 4096;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "uniform,rate=max,zero=20,boot=8M",
                "sequential,rate=max,zero=20,boot=16M",
                "increment,rate=max,boot=8M"
            })
    void runningGuestsAreCheckedAndCopiedExactly(String workload) throws InterruptedException {
        try (GuestRam ram = ram();
                GuestRam copy = ram()) {
            List<Vcpu> vcpus = vcpus(ram, workload);
            Oracle oracle = new Oracle(ram, List.of(vcpus.get(0).save(), vcpus.get(1).save()));
            vcpus.forEach(vcpu -> vcpu.gate(oracle));
            AtomicReference<GuestFault> fault = new AtomicReference<>();
            VcpuThreads threads = new VcpuThreads(vcpus, Runnable::run, fault::set, bug -> {});
            RamBlock from = ram.blocks().getFirst();
            from.dirtyLog().setRange(0, from.pageCount());
            AtomicReference<OracleVerdict> verdict = new AtomicReference<>();
            Thread sweep = Thread.ofPlatform().unstarted(() -> verdict.set(oracle.sweep()));

            threads.start();
            sweep.start();
            while (sweep.isAlive() || vcpus.get(0).steps() + vcpus.get(1).steps() < 3 * PAGES) {
                harvest(from, copy.blocks().getFirst());
            }
            sweep.join();
            CountDownLatch stopped = new CountDownLatch(1);
            threads.stop(stopped::countDown);
            assertThat(stopped.await(10, TimeUnit.SECONDS)).isTrue();
            harvest(from, copy.blocks().getFirst());

            assertThat(fault.get()).isNull();
            OracleVerdict ofGuest = Objects.requireNonNull(verdict.get());
            assertThat(ofGuest.satisfied()).as("%s", ofGuest).isTrue();
            OracleVerdict ofCopy =
                    new Oracle(copy, List.of(vcpus.get(0).save(), vcpus.get(1).save())).sweep();
            assertThat(ofCopy.satisfied()).as("%s", ofCopy).isTrue();
        }
    }

    @Test
    void aWrongPageIsFoundAlthoughItIsOverwrittenMeanwhile() throws InterruptedException {
        try (GuestRam ram = ram()) {
            List<Vcpu> vcpus = vcpus(ram, "sequential,rate=max,boot=16M");
            RamBlock block = ram.blocks().getFirst();
            MemorySegment memory = block.segment();
            int wrong = 100;
            // only the last byte, which the vCPU does not check
            memory.asSlice((wrong + 1L) * RamBlock.PAGE_SIZE - 1, 1).fill((byte) 0x5A);
            Oracle oracle = new Oracle(ram, List.of(vcpus.get(0).save(), vcpus.get(1).save()));
            vcpus.forEach(vcpu -> vcpu.gate(oracle));
            VcpuThreads threads = new VcpuThreads(vcpus, Runnable::run, _ -> {}, bug -> {});
            threads.start();
            while (vcpus.get(0).steps() < PAGES / 2 + wrong + 1) {
                Thread.onSpinWait();
            }
            OracleVerdict verdict = oracle.sweep();
            CountDownLatch stopped = new CountDownLatch(1);
            threads.stop(stopped::countDown);
            assertThat(stopped.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(verdict.satisfied()).isFalse();
            assertThat(verdict.wrongPages()).isEqualTo(1);
            assertThat(verdict.firstWrong().orElseThrow().offset())
                    .isEqualTo((long) wrong * RamBlock.PAGE_SIZE);
            assertThat(verdict.firstWrong().orElseThrow().explanation())
                    .startsWith("byte 4,095 of it is not what step");
        }
    }

    private static GuestRam ram() {
        return GuestRam.allocate(
                List.of(new RamBlockSpec("ram", (long) PAGES * RamBlock.PAGE_SIZE)));
    }

    private static List<Vcpu> vcpus(GuestRam ram, String workload) {
        WorkloadSpec spec = WorkloadSpec.parse(workload);
        List<Vcpu> vcpus = List.of(new Vcpu(0, 2, ram, spec, 5), new Vcpu(1, 2, ram, spec, 5));
        vcpus.forEach(Vcpu::boot);
        return vcpus;
    }

    /** Sends dirty pages as a source does: takes the bits, then reads the pages. */
    private static void harvest(RamBlock from, RamBlock to) {
        for (int word = 0; word < from.dirtyLog().wordCount(); word++) {
            long bits = from.dirtyLog().takeWord(word);
            while (bits != 0) {
                long page = ((long) word << 6) + Long.numberOfTrailingZeros(bits);
                bits &= bits - 1;
                if (from.isZero(page)) {
                    PlacedPages.zero(to, page);
                } else {
                    to.willStore(page);
                    from.copyPage(page, to.segment(), page << RamBlock.PAGE_SHIFT);
                }
            }
        }
    }
}
