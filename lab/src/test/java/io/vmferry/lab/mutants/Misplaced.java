package io.vmferry.lab.mutants;

import io.vmferry.lab.simulator.Invariant;

/** A mutant whose code is not there. */
public final class Misplaced {

    private Misplaced() {}

    /** A mutant of a method that no class has. */
    public static Mutant mutant() {
        MutatedMethod gone = new MutatedMethod("lab.mutants.PlantedSample", "subtract");
        return Mutant.of("misplaced", "for a test", Invariant.MEMORY, gone.returning(0));
    }
}
