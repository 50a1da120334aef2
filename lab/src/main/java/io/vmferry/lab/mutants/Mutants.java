package io.vmferry.lab.mutants;

import io.vmferry.protocol.Closest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The list of all mutants. */
public final class Mutants {

    private static final Map<String, Mutant> BY_NAME = new LinkedHashMap<>();

    static {
        Stream.of(
                        MemoryMutants.ALL,
                        PostcopyMutants.ALL,
                        RecoveryMutants.ALL,
                        OwnershipMutants.ALL,
                        EndMutants.ALL)
                .flatMap(List::stream)
                .forEach(mutant -> {
                    if (BY_NAME.put(mutant.name(), mutant) != null) {
                        throw new IllegalStateException("Two mutants are called " + mutant.name());
                    }
                });
    }

    private Mutants() {}

    /** The mutants in the order of a migration. */
    public static List<Mutant> all() {
        return List.copyOf(BY_NAME.values());
    }

    /**
     * The mutant of a name.
     *
     * @throws IllegalArgumentException when there is none
     */
    public static Mutant of(String name) {
        Mutant mutant = BY_NAME.get(name);
        if (mutant == null) {
            throw new IllegalArgumentException(
                    "There is no mutant '%s'%s: --list shows them"
                            .formatted(name, Closest.hint(name, BY_NAME.keySet())));
        }
        return mutant;
    }

    /**
     * The mutants of names, and of patterns in which {@code *} matches any text.
     *
     * @throws IllegalArgumentException when one of them matches none
     */
    public static List<Mutant> matching(List<String> patterns) {
        List<Mutant> chosen = new ArrayList<>();
        for (String pattern : patterns) {
            String regex = "\\Q" + pattern.replace("*", "\\E.*\\Q") + "\\E";
            List<Mutant> found =
                    all().stream().filter(mutant -> mutant.name().matches(regex)).toList();
            if (found.isEmpty()) {
                of(pattern);
            }
            found.stream().filter(mutant -> !chosen.contains(mutant)).forEach(chosen::add);
        }
        return chosen;
    }
}
