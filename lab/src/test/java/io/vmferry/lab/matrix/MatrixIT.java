package io.vmferry.lab.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Real daemons with their own faults and with signals from outside: a cell for each place, of those
 * that {@code scripts/matrix --real} runs.
 */
class MatrixIT {

    @Test
    void realDaemonsEndAsTheSimulatorPredicts() throws Exception {
        List<Cell> cells = RealSubset.quick();
        List<CellResult> results =
                Matrix.run(
                        cells,
                        MatrixProgram.pairs(),
                        result -> System.out.println(CellText.line(result)));
        assertThat(new MatrixRun(List.of(), results, 1).broken().stream().map(CellText::line))
                .isEmpty();
        assertThat(MatrixRun.struck(results)).isEqualTo(cells.size());
    }
}
