package io.vmferry.lab.matrix;

import io.vmferry.lab.simulator.BrokenRule;
import io.vmferry.lab.simulator.RandomRun;
import io.vmferry.machine.fault.FaultSpec;
import io.vmferry.protocol.Named;
import io.vmferry.protocol.status.Side;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A simulated run that may catch a mutant. */
sealed interface Evidence {

    /** Course, side, fault and seed. */
    Pattern CELL = Pattern.compile("cell:([^/]+)/(source|destination)/(.+)/(\\d{1,18})");

    Pattern RANDOM = Pattern.compile("(\\w+):(\\d{1,18})");

    /**
     * Runs it.
     *
     * @throws BrokenRule when it shows that something does not hold
     */
    void run();

    /** A random run. */
    record Drawn(RandomRun kind, long seed) implements Evidence {
        @Override
        public void run() {
            kind.run(seed);
        }

        @Override
        public String toString() {
            return kind.text() + ":" + seed;
        }
    }

    /** A cell of the matrix. */
    record OfCell(Cell cell) implements Evidence {
        @Override
        public void run() {
            SimulatedCells.judge(cell);
        }

        @Override
        public String toString() {
            return "cell:%s/%s/%s/%d"
                    .formatted(cell.course().name(), cell.side().text(), cell.fault(), cell.seed());
        }
    }

    /**
     * The run of a text that {@code toString} gave.
     *
     * @throws IllegalArgumentException for any other text
     */
    static Evidence parse(String text) {
        Matcher cell = CELL.matcher(text);
        if (cell.matches()) {
            return new OfCell(
                    new Cell(
                            Course.of(cell.group(1)),
                            Named.require(Side.class, "side", cell.group(2)),
                            FaultSpec.parse(cell.group(3)),
                            Long.parseLong(cell.group(4)),
                            false));
        }
        Matcher drawn = RANDOM.matcher(text);
        return Optional.of(drawn)
                .filter(Matcher::matches)
                .flatMap(run -> Named.find(RandomRun.class, run.group(1)))
                .map(kind -> new Drawn(kind, Long.parseLong(drawn.group(2))))
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "A run is precopy:SEED, postcopy:SEED, quiet:SEED, snapshot:SEED, recovery:SEED or"
                                        + " cell:COURSE/SIDE/FAULT/SEED, not '"
                                        + text
                                        + "'"));
    }
}
