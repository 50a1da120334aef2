package io.vmferry.lab.mutants;

import io.vmferry.lab.simulator.Invariant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A realistic bug that is planted into the built classes.
 *
 * @param meaning what is wrong, in a few words
 * @param invariant what must catch it
 * @param edits all of which are made
 * @param evidence runs that are tried before all others, as {@code precopy:SEED} or a cell of the
 *     matrix: for a mutant that few random runs catch, or that makes many of them slow
 */
public record Mutant(
        String name, String meaning, Invariant invariant, List<Edit> edits, List<String> evidence) {

    public Mutant {
        edits = List.copyOf(edits);
        evidence = List.copyOf(evidence);
    }

    static Mutant of(String name, String meaning, Invariant invariant, Edit... edits) {
        return new Mutant(name, meaning, invariant, List.of(edits), List.of());
    }

    /** A copy with runs that are tried before all others. */
    Mutant seenIn(String... runs) {
        return new Mutant(name, meaning, invariant, edits, List.of(runs));
    }

    /** The classes that are changed. */
    public Set<String> classNames() {
        return edits.stream()
                .map(edit -> edit.method().fullClassName())
                .collect(Collectors.toSet());
    }

    /** The changed code as text. */
    public String changes() {
        return edits.stream().map(Edit::toString).collect(Collectors.joining("; "));
    }
}
