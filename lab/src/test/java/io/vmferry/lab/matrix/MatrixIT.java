package io.vmferry.lab.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The cells that run between real daemons, with their own faults and with signals from outside. */
class MatrixIT {

    private static final int LEAST_CELLS = 60;

    @Test
    void realDaemonsEndAsTheSimulatorSays() throws Exception {
        Matrix matrix = new Matrix();
        matrix.run(
                RealSubset.cells(),
                MatrixProgram.pairs(),
                result -> System.out.println(MatrixTable.line(result)));
        assertThat(matrix.broken().stream().map(MatrixTable::line)).isEmpty();
        assertThat(MatrixTable.struck(matrix.real())).isGreaterThanOrEqualTo(LEAST_CELLS);
    }
}
