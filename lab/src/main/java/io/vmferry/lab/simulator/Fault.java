package io.vmferry.lab.simulator;

import java.util.SplittableRandom;

/**
 * What goes wrong in a simulation, and when: at the so-many-th protocol point that either side
 * reaches.
 */
public record Fault(Kind kind, int atPoint) {

    /** The kinds of faults. */
    public enum Kind {
        /** Nothing goes wrong. */
        NONE,
        /** The source's process dies. */
        KILL_SOURCE,
        /** The destination's process dies. */
        KILL_DESTINATION,
        /** The main channel is cut. */
        CUT_MAIN,
        /** The main channel is cut after some number of bytes, whatever they are. */
        CUT_MAIN_AT_BYTE,
        /** The return path is cut. */
        CUT_RETURN_PATH,
        /** The main channel carries nothing for a while. */
        STALL_MAIN,
        /** The return path carries nothing for a while. */
        STALL_RETURN_PATH,
        /** The user cancels. */
        CANCEL;

        /** Whether both sides must complete all the same. */
        boolean harmless() {
            return this == NONE || this == STALL_MAIN || this == STALL_RETURN_PATH;
        }
    }

    static Fault random(SplittableRandom random) {
        Kind kind = Scenario.oneOf(random, Kind.values());
        return new Fault(kind, random.nextInt(45));
    }
}
