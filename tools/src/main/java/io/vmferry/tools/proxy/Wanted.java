package io.vmferry.tools.proxy;

import io.vmferry.machine.fault.ArgumentText;
import io.vmferry.machine.fault.FaultTerm;
import java.util.Optional;

/**
 * What is waited for among all that passes.
 *
 * @param argument empty when any will do
 */
record Wanted(PlaceName name, Optional<String> argument) {

    /**
     * Reads {@code NAME} or {@code NAME(ARGUMENT)}.
     *
     * @throws IllegalArgumentException with one clear line when nothing is called so
     */
    static Wanted of(FaultTerm term) {
        if (term.arguments().size() > 1) {
            throw new IllegalArgumentException(term.name() + " takes one argument at most");
        }
        PlaceName name =
                PlaceName.ofText(term.name())
                        .orElseThrow(() ->
                                new IllegalArgumentException(
                                        "nothing that passes is called '%s'; --list tells the names"
                                                .formatted(term.name())));
        return new Wanted(name, term.arguments().stream().findFirst());
    }

    boolean matches(Passing passing) {
        return name == passing.name()
                && argument.filter(a -> !ArgumentText.matches(a, passing.argument())).isEmpty();
    }
}
