package io.vmferry.lab.simulator;

import io.vmferry.protocol.Named;

/** A simulated run that is drawn from a seed, with all its checks. */
public enum RandomRun implements Named {
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

    /** A postcopy without faults. */
    QUIET {
        @Override
        public void run(long seed) {
            Simulation.run(Scenario.randomPostcopy(seed).withFault(Fault.NONE));
        }
    },

    /** A background snapshot, its cancel or its failure, and the loading of what was saved. */
    SNAPSHOT {
        @Override
        public void run(long seed) {
            SnapshotRun.run(seed);
        }
    },

    /** A slow postcopy that is interrupted up to ten times and recovered each time. */
    RECOVERY {
        @Override
        public void run(long seed) {
            RecoveryStress.run(
                    RecoveryScenarios.random(seed), RecoveryScenarios.interruptions(seed));
        }
    };

    /**
     * Runs it.
     *
     * @throws BrokenRule when an invariant does not hold
     */
    public abstract void run(long seed);
}
