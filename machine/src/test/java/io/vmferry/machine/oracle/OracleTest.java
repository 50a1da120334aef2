package io.vmferry.machine.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.vcpu.VcpuState;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class OracleTest {
    private static final int SEEDS = 8;

    private static final List<String> WORKLOADS =
            List.of(
                    "idle,boot=300K,zero=20",
                    "sequential,zero=20,compressible=30,boot=100K",
                    "uniform,zero=30",
                    "hotset,hot=20,zero=20",
                    "burst,burst=9,zero=20",
                    "increment");

    static Stream<Arguments> guests() {
        return WORKLOADS.stream()
                .flatMap(w -> Stream.of(Arguments.of(w, false), Arguments.of(w, true)));
    }

    @ParameterizedTest
    @MethodSource("guests")
    void isSatisfiedWithAnExactCopy(String workload, boolean image) {
        for (int seed = 0; seed < SEEDS; seed++) {
            try (Move move = new Move(workload, seed, image)) {
                OracleVerdict verdict = move.verdict();
                assertThat(verdict.satisfied()).as("seed %d: %s", seed, verdict).isTrue();
                assertThat(verdict.pagesChecked()).isEqualTo(Move.PAGES);
                assertThat(verdict.pagesRead())
                        .isEqualTo(move.pages(page -> !move.sentZero(page)).size());
                assertThat(verdict.pagesWritten()).isPositive();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("guests")
    void namesThePageWithAFlippedByte(String workload, boolean image) {
        for (int seed = 0; seed < SEEDS; seed++) {
            try (Move move = new Move(workload, seed, image)) {
                int page = move.random.nextInt(Move.PAGES);
                byte[] content = move.sent(page);
                int at = move.random.nextInt(content.length);
                content[at] ^= (byte) (1 << move.random.nextInt(8));
                move.deliver(page, content);
                expectNamed(move, page, seed);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("guests")
    void namesThePageThatNeverCame(String workload, boolean image) {
        for (int seed = 0; seed < SEEDS; seed++) {
            try (Move move = new Move(workload, seed, image)) {
                int page = any(move, p -> !move.sentZero(p));
                move.deliver(page, new byte[RamBlock.PAGE_SIZE]);
                expectNamed(move, page, seed);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("guests")
    void namesThePageWithOldContent(String workload, boolean image) {
        int applied = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            try (Move move = new Move(workload, seed, image)) {
                List<Integer> stale =
                        move.pages(
                                p -> !move.oldZero(p) && !Arrays.equals(move.old(p), move.sent(p)));
                if (!stale.isEmpty()) {
                    move.deliver(stale.getFirst(), move.old(stale.getFirst()));
                    expectNamed(move, stale.getFirst(), seed);
                    applied++;
                }
            }
        }
        assertThat(applied > 0).isEqualTo(!workload.startsWith("idle"));
    }

    @ParameterizedTest
    @MethodSource("guests")
    void namesThePageWhoseZeroingWasLost(String workload, boolean image) {
        int applied = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            try (Move move = new Move(workload, seed, image)) {
                List<Integer> zeroed = move.pages(p -> !move.oldZero(p) && move.sentZero(p));
                if (!zeroed.isEmpty()) {
                    move.deliver(zeroed.getFirst(), move.old(zeroed.getFirst()));
                    expectNamed(move, zeroed.getFirst(), seed);
                    applied++;
                }
            }
        }
        boolean zeroes = !workload.startsWith("idle") && !workload.startsWith("increment");
        assertThat(applied > 0).isEqualTo(zeroes);
    }

    @ParameterizedTest
    @MethodSource("guests")
    void findsTwoSwappedPages(String workload, boolean image) {
        for (int seed = 0; seed < SEEDS; seed++) {
            try (Move move = new Move(workload, seed, image)) {
                int a = any(move, p -> !move.sentZero(p));
                int b = any(move, p -> !Arrays.equals(move.sent(p), move.sent(a)));
                move.deliver(a, move.sent(b));
                move.deliver(b, move.sent(a));
                OracleVerdict verdict = move.verdict();
                assertThat(verdict.satisfied()).as("seed %d: %s", seed, verdict).isFalse();
                if (!image) {
                    assertThat(verdict.wrongPages()).as("seed %d", seed).isEqualTo(2);
                    assertThat(verdict.toString()).contains(Move.place(Math.min(a, b)) + " ");
                }
            }
        }
    }

    @Test
    void tellsExpectedAndFoundStepAndPass() {
        try (Move move = new Move("sequential,zero=0", 3, false)) {
            int page =
                    any(move, p -> !Arrays.equals(move.old(p), move.sent(p)) && !move.oldZero(p));
            move.deliver(page, move.old(page));
            WrongPage wrong = move.verdict().firstWrong().orElseThrow();
            long expected = move.lastWrite(page);
            long found = wrong.foundStep().orElseThrow();
            assertThat(found).isLessThan(expected);
            assertThat(move.states().get(page % Move.VCPUS).program().page(found)).isEqualTo(page);
            assertThat(wrong)
                    .hasToString(
                            Move.place(page)
                                    + " (last written by vCPU %d in step %d, last received in pass %d): its last content is missing, it still holds what step %d wrote"
                                            .formatted(
                                                    page % Move.VCPUS,
                                                    expected,
                                                    1 + page % 5,
                                                    found));
        }
    }

    @Test
    void aDamagedDigestIsNoSatisfaction() {
        try (Move move = new Move("uniform", 1, false)) {
            List<VcpuState> states = new java.util.ArrayList<>(move.states());
            VcpuState s = states.get(1);
            states.set(
                    1,
                    new VcpuState(
                            1,
                            s.count(),
                            s.seed(),
                            s.workload(),
                            s.guestPages(),
                            s.stepsExecuted(),
                            s.digest() ^ 1,
                            s.locator(),
                            s.imagePages()));
            OracleVerdict verdict = new Oracle(move.target, states).sweep();
            assertThat(verdict.satisfied()).isFalse();
            assertThat(verdict.toString()).contains("vCPU states are damaged");
        }
    }

    @Test
    void refusesStatesThatAreNotOfOneGuest() {
        try (Move move = new Move("uniform", 1, false)) {
            List<VcpuState> states = move.states();
            assertThatThrownBy(() -> new Oracle(move.target, states.subList(0, 2)))
                    .hasMessageContaining("State 0 is of vCPU 0 of 3");
            assertThatThrownBy(() -> new Oracle(move.target, states.reversed()))
                    .hasMessageContaining("State 0 is of vCPU 2 of 3");
            assertThatThrownBy(() -> new Oracle(move.target, List.of()))
                    .hasMessageContaining("without vCPUs");
            Oracle oracle = new Oracle(move.target, states);
            assertThat(oracle.advance(1)).isFalse();
            assertThatThrownBy(oracle::verdict).hasMessage("The sweep is not over");
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 12, 1L << 20, -8, 0x7654321000L})
    void dividesModuloTwoToTheSixtyFour(long divisor) {
        for (long page : new long[] {0, 1, 77, 1L << 30}) {
            assertThat(WrongPageSearch.quotient(page * divisor, divisor)).hasValue(page);
        }
        assertThat(WrongPageSearch.quotient(5, 0)).isEmpty();
        assertThat(WrongPageSearch.quotient(1, 2)).isEmpty();
    }

    private static int any(Move move, IntPredicate condition) {
        return move.pages(condition).getFirst();
    }

    private static void expectNamed(Move move, int page, int seed) {
        OracleVerdict verdict = move.verdict();
        assertThat(verdict.satisfied()).as("seed %d page %d: %s", seed, page, verdict).isFalse();
        assertThat(verdict.wrongPages()).as("seed %d: %s", seed, verdict).isEqualTo(1);
        WrongPage wrong = verdict.firstWrong().orElseThrow();
        assertThat(wrong.block() + "+0x" + Long.toHexString(wrong.offset()))
                .as("seed %d: %s", seed, verdict)
                .isEqualTo(Move.place(page));
        assertThat(wrong.lastWriter()).isEqualTo(page % Move.VCPUS);
        assertThat(wrong.expectedStep().orElse(-1))
                .as("seed %d: %s", seed, verdict)
                .isEqualTo(move.lastWrite(page));
        assertThat(wrong.pass()).isEqualTo(1 + page % 5);
    }
}
