package io.vmferry.machine.vcpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.vmferry.machine.vcpu.PageContent.ContentKind;
import io.vmferry.machine.vcpu.WorkloadSpec.WorkloadKind;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class GuestProgramTest {
    private static final long SEED = 99;
    private static final long GUEST_PAGES = 1000;

    @ParameterizedTest
    @EnumSource(
            value = WorkloadKind.class,
            names = {"IDLE"},
            mode = EnumSource.Mode.EXCLUDE)
    void staysWithinItsOwnPagesOfTheWorkingSet(WorkloadKind kind) {
        int count = 3;
        for (int index = 0; index < count; index++) {
            GuestProgram program = program(kind.text() + ",range=400K,burst=7", index, count);
            Set<Long> seen = new HashSet<>();
            for (long step = 0; step < 3000; step++) {
                long page = program.page(step);
                assertThat(page).as("%s step %d", kind, step).isBetween(0L, 99L);
                assertThat(program.has(page)).as("%s step %d", kind, step).isTrue();
                seen.add(page);
            }
            assertThat(seen).as("%s reaches all its pages", kind).hasSize(index == 0 ? 34 : 33);
        }
    }

    @Test
    void bootWritesEachPageOfTheBootContentOnceInOrder() {
        Set<Long> all = new HashSet<>();
        for (int index = 0; index < 4; index++) {
            GuestProgram program = program("uniform,boot=1000K,range=40K", index, 4);
            long before = -1;
            for (long step = 0; step < program.bootSteps(); step++) {
                assertThat(program.page(step)).isGreaterThan(before);
                before = program.page(step);
                all.add(before);
            }
        }
        assertThat(all).hasSize(250);
    }

    @Test
    void anIdleProgramEndsAfterBoot() {
        GuestProgram program = program("idle,boot=40K", 0, 2);
        assertThat(program.bootSteps()).isEqualTo(5);
        assertThat(program.endStep()).isEqualTo(5);
        assertThat(program("sequential,range=4096", 1, 2).endStep()).isZero();
        assertThat(program("increment,range=4096,boot=40K", 1, 2).endStep()).isZero();
    }

    @Test
    void incrementCountIsTheClosedFormOfItsSteps() {
        GuestProgram program = program("increment,range=44K,boot=12K", 1, 2);
        Map<Long, Long> counted = new HashMap<>();
        for (long step = 0; step < 100; step++) {
            for (long page = 1; page < 30; page += 2) {
                assertThat(program.increments(page, step))
                        .as("page %d before step %d", page, step)
                        .isEqualTo(counted.getOrDefault(page, 0L));
            }
            counted.merge(program.page(step), 1L, Long::sum);
        }
    }

    @Test
    void theHotPartGetsItsHits() {
        GuestProgram program = program("hotset,hot=10,hit=90", 0, 1);
        int hits = 0;
        for (long step = 0; step < 10_000; step++) {
            hits += program.page(step) < GUEST_PAGES / 10 ? 1 : 0;
        }
        assertThat(hits).isBetween(8_800, 9_200);
    }

    @Test
    void aBurstIsARunOfNeighbours() {
        GuestProgram program = program("burst,burst=50", 0, 1);
        int neighbours = 0;
        for (long step = 1; step < 5_000; step++) {
            neighbours += program.page(step) == program.page(step - 1) + 1 ? 1 : 0;
        }
        assertThat(neighbours).isGreaterThan(4_800);
    }

    @ParameterizedTest
    @CsvSource({"0,0", "30,50", "100,0", "0,100"})
    void contentFollowsTheShares(int zero, int compressible) {
        GuestProgram program =
                program("uniform,zero=" + zero + ",compressible=" + compressible, 0, 1);
        Map<ContentKind, Integer> kinds = new HashMap<>();
        for (long step = 0; step < 10_000; step++) {
            kinds.merge(program.content(step), 1, Integer::sum);
        }
        assertThat(kinds.getOrDefault(ContentKind.ZERO, 0)).isBetween(zero * 96, zero * 104);
        assertThat(kinds.getOrDefault(ContentKind.COMPRESSIBLE, 0))
                .isBetween(compressible * 96, compressible * 104);
    }

    @Test
    void refusesMoreThanTheRamHolds() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> program("idle,boot=1G", 0, 1))
                .withMessage("Workload option boot=1G is larger than the guest's RAM of 4000K");
    }

    private static GuestProgram program(String workload, int index, int count) {
        return new GuestProgram(SEED, WorkloadSpec.parse(workload), index, count, GUEST_PAGES);
    }
}
