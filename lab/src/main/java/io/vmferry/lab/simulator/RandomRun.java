package io.vmferry.lab.simulator;

import java.util.Locale;

/** A simulated run that a seed decides, with everything that is judged about it. */
public enum RandomRun {
    /** A migration with one fault. */
    PRECOPY {
        @Override
        public void run(long seed) {
            Simulation.run(Scenario.random(seed));
        }
    },

    /** A postcopy with one fault, and the recoveries of one that pauses. */
    POSTCOPY {
        @Override
        public void run(long seed) {
            Simulation.run(Scenario.randomPostcopy(seed));
        }
    },

    /** A postcopy in which nothing goes wrong. */
    QUIET {
        @Override
        public void run(long seed) {
            Simulation.run(Scenario.randomPostcopy(seed).withFault(Fault.NONE));
        }
    },

    /** A slow postcopy that is interrupted up to ten times, and recovered each time. */
    RECOVERY {
        @Override
        public void run(long seed) {
            RecoveryDrill.run(
                    RecoveryScenarios.random(seed), RecoveryScenarios.interruptions(seed));
        }
    };

    /**
     * Runs it.
     *
     * @throws BrokenRule when something does not hold that must
     */
    public abstract void run(long seed);

    /** The name as people write it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
