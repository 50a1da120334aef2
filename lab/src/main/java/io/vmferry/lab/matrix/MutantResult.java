package io.vmferry.lab.matrix;

import io.vmferry.lab.mutants.Mutant;
import io.vmferry.machine.commandline.Invocation;
import io.vmferry.protocol.Named;
import java.util.Optional;

/**
 * The result of a mutant.
 *
 * @param evidence the run that has caught it
 * @param text what was seen
 */
record MutantResult(
        Mutant mutant,
        MutantResultKind kind,
        Optional<String> evidence,
        String text,
        double seconds) {

    /** The kinds of results. */
    enum MutantResultKind implements Named {
        /** The invariant that it names has caught it. */
        CAUGHT,

        /** Something has caught it, but not the invariant that it names. */
        CAUGHT_BY_OTHERS,

        /** Nothing has caught it. */
        SURVIVED,

        /** The code that it changes was not found. */
        MISPLACED,

        /** The run that caught it fails without it as well. */
        NOT_ALONE,

        /** Its JVM did not end in time, or printed no result. */
        LOST
    }

    /** The result that a JVM has printed as its last line. */
    static MutantResult said(Mutant mutant, String output, double seconds) {
        String last = output.lines().reduce("", (before, line) -> line);
        String[] words = last.split("\t", 3);
        Optional<MutantResultKind> kind = Named.find(MutantResultKind.class, words[0]);
        if (kind.isEmpty() || words.length < (kind.get() == MutantResultKind.CAUGHT ? 3 : 2)) {
            return lost(mutant, "its JVM printed: " + last, seconds);
        }
        return kind.get() == MutantResultKind.CAUGHT
                ? new MutantResult(
                        mutant, MutantResultKind.CAUGHT, Optional.of(words[1]), words[2], seconds)
                : new MutantResult(mutant, kind.get(), Optional.empty(), words[1], seconds);
    }

    /** The result of a JVM that has printed none. */
    static MutantResult lost(Mutant mutant, String why, double seconds) {
        return new MutantResult(mutant, MutantResultKind.LOST, Optional.empty(), why, seconds);
    }

    boolean good() {
        return kind == MutantResultKind.CAUGHT;
    }

    MutantResult notAlone(String how) {
        return new MutantResult(mutant, MutantResultKind.NOT_ALONE, evidence, how, seconds);
    }

    /** The command that shows what has caught it. */
    String command() {
        return Invocation.asTyped("{vmferry} matrix --mutants=%s%s")
                .formatted(mutant.name(), evidence.map(run -> " --run='" + run + "'").orElse(""));
    }
}
