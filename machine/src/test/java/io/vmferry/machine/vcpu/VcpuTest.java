package io.vmferry.machine.vcpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.PageSource;
import io.vmferry.machine.memory.PlacedPages;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.memory.RamBlockSpec;
import io.vmferry.machine.vcpu.VcpuState.StepInterval;
import io.vmferry.machine.vcpu.WorkloadSpec.WorkloadKind;
import java.lang.foreign.ValueLayout;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class VcpuTest {
    private static final int PAGES = 64;
    private static final long SEED = 4242;

    private final GuestRam ram =
            GuestRam.allocate(
                    List.of(
                            new RamBlockSpec("low", 40 * RamBlock.PAGE_SIZE),
                            new RamBlockSpec("high", 24 * RamBlock.PAGE_SIZE)));

    @AfterEach
    void close() {
        ram.close();
    }

    @ParameterizedTest
    @EnumSource(WorkloadKind.class)
    void theDigestIsTheSumOverThePagesAsTheyAre(WorkloadKind kind) {
        Vcpu vcpu = vcpu(kind.text() + ",zero=30,boot=100K");
        image(3);
        image(50);
        vcpu.boot();
        vcpu.run(500);
        assertThat(vcpu.fault()).isEmpty();
        if (!kind.equals(WorkloadKind.INCREMENT)) {
            assertThat(vcpu.save().digest()).isEqualTo(digestOfMemory());
        }
    }

    @Test
    void marksExactlyTheWrittenPagesDirtyAndPopulated() {
        Vcpu vcpu = vcpu("uniform,zero=50");
        vcpu.run(20);
        Set<Long> expected = new HashSet<>();
        for (long step = 0; step < 20; step++) {
            expected.add(vcpu.save().program().page(step));
        }
        Set<Long> dirty = new HashSet<>();
        for (RamBlock block : ram.blocks()) {
            for (long p = block.dirtyLog().nextSet(0);
                    p >= 0;
                    p = block.dirtyLog().nextSet(p + 1)) {
                dirty.add(block.firstPage() + p);
                assertThat(block.populated().get(p)).isTrue();
            }
        }
        assertThat(dirty).isEqualTo(expected);
    }

    @Test
    void isDeterministicHoweverItIsDriven() {
        Vcpu vcpu = vcpu("hotset,boot=64K");
        vcpu.boot();
        SplittableRandom random = new SplittableRandom(8);
        while (vcpu.steps() < 1000) {
            vcpu.run((int) Math.min(random.nextInt(1, 40), 1000 - vcpu.steps()));
        }
        VcpuState state = vcpu.save();
        try (GuestRam other =
                GuestRam.allocate(List.of(new RamBlockSpec("ram", PAGES * RamBlock.PAGE_SIZE)))) {
            Vcpu twin = new Vcpu(0, 1, other, vcpu.workload(), SEED);
            twin.run(1000);
            assertThat(twin.save()).isEqualTo(state);
        }
    }

    @Test
    void keepsALedgerOfWhatItExecutedHere() {
        Vcpu vcpu = vcpu("sequential,boot=40K");
        assertThat(vcpu.ledger()).isEmpty();
        vcpu.boot();
        vcpu.run(5);
        vcpu.run(5);
        VcpuState atTwenty = vcpu.save();
        assertThat(vcpu.ledger()).containsExactly(new StepInterval(0, 20));
        vcpu.load(new VcpuState(0, 1, SEED, atTwenty.workload(), PAGES, 35, 0, 0, PAGES));
        assertThat(vcpu.ledger()).containsExactly(new StepInterval(0, 20));
        assertThat(vcpu.steps()).isEqualTo(35);
    }

    @Test
    void aClosedGateStopsItBeforeTheStep() {
        Vcpu vcpu = vcpu("sequential");
        vcpu.gate(page -> page != 7);
        assertThat(vcpu.run(100)).isEqualTo(7);
        assertThat(vcpu.run(100)).isZero();
        assertThat(ram.blocks().getFirst().populated().get(7)).isFalse();
        vcpu.gate(PageGate.OPEN);
        assertThat(vcpu.run(10)).isEqualTo(10);
        assertThat(vcpu.fault()).isEmpty();
    }

    @Test
    void findsAForeignPageWhenItOverwritesIt() {
        Vcpu vcpu = vcpu("sequential,zero=0");
        vcpu.run(PAGES + 3);
        RamBlock low = ram.blocks().getFirst();
        low.segment()
                .asSlice(5 * RamBlock.PAGE_SIZE, RamBlock.PAGE_SIZE)
                .copyFrom(low.segment().asSlice(9 * RamBlock.PAGE_SIZE, RamBlock.PAGE_SIZE));
        assertThat(vcpu.run(100)).isEqualTo(2);
        assertThat(vcpu.fault().orElseThrow())
                .hasToString(
                        "vCPU 0 at step 69 found page 5 wrong: it holds page 9, written in step 9");
        assertThat(vcpu.run(1)).isZero();
    }

    @Test
    void findsBytesThatNobodyWrote() {
        Vcpu vcpu = vcpu("sequential,zero=0");
        vcpu.run(PAGES);
        ram.blocks().getFirst().segment().set(ValueLayout.JAVA_LONG, 0, 1L);
        assertThat(vcpu.run(1)).isZero();
        assertThat(vcpu.fault().orElseThrow().explanation())
                .isEqualTo("it holds bytes that the guest did not write");
    }

    @Test
    void incrementFindsALostIncrement() {
        Vcpu vcpu = vcpu("increment");
        vcpu.run(3 * PAGES);
        assertThat(ram.blocks().get(1).segment().get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 3);
        ram.blocks().getFirst().segment().set(ValueLayout.JAVA_BYTE, 0, (byte) 2);
        assertThat(vcpu.run(1)).isZero();
        assertThat(vcpu.fault().orElseThrow().explanation())
                .isEqualTo("its first byte is 2, expected 3");
    }

    @Test
    void refusesTheStateOfAnotherGuest() {
        Vcpu vcpu = vcpu("idle");
        String workload = vcpu.save().workload();
        assertThatThrownBy(() -> vcpu.load(new VcpuState(1, 2, 1, workload, PAGES, 0, 0, 0, 0)))
                .hasMessage("State of vCPU 1 of 2 was sent to vCPU 0 of 1");
        assertThatThrownBy(() -> vcpu.load(new VcpuState(0, 1, 1, workload, 63, 0, 0, 0, 0)))
                .hasMessageContaining("63 pages of RAM, this one has 64");
        assertThatThrownBy(() -> vcpu.load(new VcpuState(0, 1, 1, "x", PAGES, 0, 0, 0, 0)))
                .hasMessageContaining("Unknown workload 'x'");
    }

    private Vcpu vcpu(String workload) {
        return new Vcpu(0, 1, ram, WorkloadSpec.parse(workload), SEED);
    }

    private void image(long page) {
        byte[] bytes = new byte[RamBlock.PAGE_SIZE];
        new SplittableRandom(page).nextBytes(bytes);
        RamBlock block = ram.blockOfPage(page);
        PlacedPages.place(
                block, page - block.firstPage(), PageSource.of(Unpooled.wrappedBuffer(bytes)));
    }

    private long digestOfMemory() {
        PageContent content = new PageContent(SEED);
        long sum = 0;
        for (long page = 0; page < PAGES; page++) {
            RamBlock block = ram.blockOfPage(page);
            long offset = (page - block.firstPage()) * RamBlock.PAGE_SIZE;
            if (content.marked(block.segment(), offset)) {
                sum += content.contribution(page, content.step(block.segment(), offset));
            } else if (!block.isZero(page - block.firstPage())) {
                sum += content.imageContribution(page, PageContent.crc(block.segment(), offset));
            }
        }
        return sum;
    }
}
