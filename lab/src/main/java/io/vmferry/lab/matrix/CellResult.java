package io.vmferry.lab.matrix;

import io.vmferry.lab.simulator.Outcome;
import java.util.Optional;

/**
 * The result of a {@link Cell}.
 *
 * @param struck whether the fault had an effect
 * @param outcome when the migration first came to rest after the fault; empty when it broke a rule
 * @param last the outcome after the recoveries
 * @param lostWrites pages of a surviving owner that are not what the guest last wrote
 * @param restMillis from the fault to the rest; virtual time in the simulator
 * @param recoveries how often it was recovered
 * @param waited whether it rested only when the user paused or cancelled it
 * @param broken which rule it broke, and how
 */
record CellResult(
        Cell cell,
        boolean struck,
        Optional<Outcome> outcome,
        Optional<Outcome> last,
        long lostWrites,
        long restMillis,
        int recoveries,
        boolean waited,
        Optional<String> broken) {

    /** A cell that broke a rule. */
    static CellResult broken(Cell cell, String how) {
        return new CellResult(
                cell, true, Optional.empty(), Optional.empty(), 0, 0, 0, false, Optional.of(how));
    }

    /** A cell whose fault had no effect. */
    static CellResult missed(Cell cell) {
        return new CellResult(
                cell, false, Optional.empty(), Optional.empty(), 0, 0, 0, false, Optional.empty());
    }

    /** The same result of another cell. */
    CellResult in(Cell other) {
        return new CellResult(
                other, struck, outcome, last, lostWrites, restMillis, recoveries, waited, broken);
    }

    /** The owner of the guest at the end. */
    String owner() {
        return last.map(end ->
                        switch (end) {
                            case MOVED, PAUSED -> "destination";
                            case DAMAGED -> "destination, which has detected the damage";
                            case SAFE_AT_SOURCE -> "source";
                            case STRANDED -> "source, where it is paused";
                            case LOST -> "nobody";
                        })
                .orElse("");
    }
}
