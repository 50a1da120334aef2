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
        Matrix matrix = new Matrix();
        List<Cell> cells = RealSubset.quick();
        matrix.run(
                cells,
                MatrixProgram.pairs(),
                result -> System.out.println(MatrixTable.line(result)));
        assertThat(matrix.broken().stream().map(MatrixTable::line)).isEmpty();
        assertThat(MatrixTable.struck(matrix.real())).isEqualTo(cells.size());
    }
}
