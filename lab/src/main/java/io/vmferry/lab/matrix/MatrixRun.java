package io.vmferry.lab.matrix;

import java.util.List;
import java.util.stream.Stream;

/**
 * The results of a run of the matrix.
 *
 * @param seed the first that cells were simulated with
 */
record MatrixRun(List<CellResult> simulated, List<CellResult> real, long seed) {

    /** All cells. */
    List<CellResult> both() {
        return Stream.concat(simulated.stream(), real.stream()).toList();
    }

    /** The results that broke a rule. */
    List<CellResult> broken() {
        return both().stream().filter(result -> result.broken().isPresent()).toList();
    }

    /** The number of cells whose fault had an effect. */
    static long struck(List<CellResult> results) {
        return results.stream().filter(CellResult::struck).count();
    }
}
