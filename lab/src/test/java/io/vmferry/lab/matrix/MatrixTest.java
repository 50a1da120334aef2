package io.vmferry.lab.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.lab.simulator.Outcome;
import io.vmferry.machine.fault.FaultActionKind;
import io.vmferry.machine.fault.FaultHost;
import io.vmferry.machine.fault.FaultSpec;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.status.Side;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Half of the matrix, simulated, which has most actions at each place; {@code scripts/matrix} runs
 * all of it. {@code -Dmatrix.seed=N} takes another half, other guests and networks.
 */
class MatrixTest {

    private static final long SEED = Long.getLong("matrix.seed", 1);
    private static final int LEAST_CELLS = 2000;
    private static final int MOST_PAGE_BYTES = 1_500_000;

    private static MatrixRun run = new MatrixRun(List.of(), List.of(), SEED);

    @BeforeAll
    static void simulate() {
        List<Cell> cells = Matrix.cells(Course.ALL, List.of(SEED), MatrixTest::taken);
        run = new MatrixRun(Matrix.simulate(cells, _ -> {}), List.of(), SEED);
    }

    /** Cells that belong together differ in their texts, so that each half has some of them. */
    private static boolean taken(Cell cell) {
        String text = cell.course().name() + cell.side() + cell.fault();
        return new SplittableRandom(text.hashCode() + SEED).nextBoolean();
    }

    @Test
    void noCellBreaksARule() {
        assertThat(run.broken().stream().map(CellText::line)).isEmpty();
        assertThat(MatrixRun.struck(run.simulated())).isGreaterThan(LEAST_CELLS);
    }

    /** The page of all cells, of which those that were not simulated have the results of others. */
    @Test
    void thePageOfAllCellsIsNoLargerThanItMayBe() {
        List<Cell> all = Matrix.cells(Course.ALL, List.of(SEED), _ -> true);
        Map<Cell, CellResult> simulated =
                run.simulated().stream().collect(Collectors.toMap(CellResult::cell, r -> r));
        List<CellResult> results = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            CellResult other = run.simulated().get(i % run.simulated().size());
            results.add(simulated.getOrDefault(all.get(i), other.in(all.get(i))));
        }
        String page = MatrixHtml.text(new MatrixRun(results, List.of(), SEED), Map.of());
        assertThat(page.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(MOST_PAGE_BYTES);
    }

    @Test
    void everyActionIsInjectedAtEveryPoint() {
        TreeSet<String> points = new TreeSet<>();
        TreeSet<String> actions = new TreeSet<>();
        for (CellResult result : run.simulated()) {
            if (result.struck()) {
                points.add(result.cell().point().replaceFirst("\\(.*", ""));
                actions.add(result.cell().fault().what().name());
            }
        }
        assertThat(points)
                .containsAll(
                        PointName.values().stream()
                                // the last of a background snapshot, which has no cell
                                .filter(name ->
                                        name != PointName.FAULT_INJECTED
                                                && name != PointName.STORE_HELD)
                                .map(PointName::text)
                                .toList());
        assertThat(actions)
                .containsExactlyInAnyOrderElementsOf(
                        FaultActionKind.of(FaultHost.NODE).stream()
                                .map(FaultActionKind::text)
                                .toList());
    }

    /** Shows that the faults are injected where they are meant to be. */
    @Test
    void everyOutcomeOccursAndDelaysDoNoHarm() {
        assertThat(
                        run.simulated().stream()
                                .map(CellResult::outcome)
                                .flatMap(Optional::stream)
                                .collect(
                                        Collectors.toCollection(
                                                () -> EnumSet.noneOf(Outcome.class))))
                .isEqualTo(EnumSet.allOf(Outcome.class));
        assertThat(
                        run.simulated().stream()
                                .filter(r -> r.cell().course().plannedFaults() == 0)
                                .filter(r -> r.cell().fault().what().name().matches("stall|delay"))
                                .filter(CellResult::struck)
                                .map(CellResult::last))
                .containsOnly(Optional.of(Outcome.MOVED));
    }

    @Test
    void aCellRepeats() {
        Cell cell =
                new Cell(
                        Course.of("postcopy"),
                        Side.DESTINATION,
                        FaultSpec.parse("pong-sent(0x42):close"),
                        SEED,
                        false);
        assertThat(SimulatedCells.run(cell)).isEqualTo(SimulatedCells.run(cell));
        assertThat(SimulatedCells.points(cell))
                .isEqualTo(SimulatedCells.points(cell))
                .anyMatch(line -> line.endsWith("fault-injected(close)"));
    }

    @Test
    void aFaultAtAPointThatIsNotReachedHasNoEffect() {
        Cell cell =
                new Cell(
                        Course.of("precopy"),
                        Side.DESTINATION,
                        FaultSpec.parse("package-received:kill"),
                        SEED,
                        false);
        assertThat(SimulatedCells.run(cell)).isEqualTo(CellResult.missed(cell));
    }
}
