package io.vmferry.machine.fault;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * Something that happens where faults are brought about, by its name and, if that matters, by what
 * it is about.
 *
 * @param <N> the names of what happens there
 * @param argument empty when any will do
 */
public record Occurrence<N>(N name, Optional<String> argument) {

    /**
     * Reads {@code NAME} or {@code NAME(ARGUMENT)}.
     *
     * @throws IllegalArgumentException with one clear line when there is no such thing
     */
    public static <N> Occurrence<N> of(FaultTerm term, FaultVocabulary<N> vocabulary) {
        if (term.arguments().size() > 1) {
            throw new IllegalArgumentException(term.name() + " takes one argument at most");
        }
        return new Occurrence<>(
                vocabulary.place(term.name()), term.arguments().stream().findFirst());
    }

    /** Whether what happens is this; its argument is asked for only if it matters. */
    public boolean matches(N happening, Supplier<String> about) {
        return happening.equals(name)
                && (argument.isEmpty() || ArgumentText.matches(argument.get(), about.get()));
    }
}
