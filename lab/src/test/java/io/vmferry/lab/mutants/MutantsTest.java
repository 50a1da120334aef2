package io.vmferry.lab.mutants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmferry.lab.simulator.Invariant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MutantsTest {

    private static final int LEAST = 40;
    private static final Path PAGE = Path.of("MUTANTS.md");
    private static final Path PRINTED = Path.of("target", "mutants.md");

    private final Planting planting = new Planting(getClass().getClassLoader());

    static List<Mutant> all() {
        return Mutants.all();
    }

    /** Otherwise it has to be carried over to where its code is now. */
    @ParameterizedTest
    @MethodSource("all")
    void everyMutantFindsItsPlaceAndChangesIt(Mutant mutant) throws Exception {
        for (String className : mutant.classNames()) {
            String name = className.replace('.', '/');
            byte[] built = planting.read(name);
            assertThat(planting.plant(mutant, name, built)).isNotEqualTo(built);
        }
    }

    @Test
    void thereAreEnough() {
        assertThat(Mutants.all()).hasSizeGreaterThanOrEqualTo(LEAST);
    }

    /** An exception of an engine does not test a rule. */
    @Test
    void noneNamesAnException() {
        assertThat(Mutants.all())
                .extracting(Mutant::invariant)
                .doesNotContain(Invariant.NO_EXCEPTION);
    }

    @Test
    void mutantsAreChosenByNameAndPattern() {
        assertThat(Mutants.matching(List.of("*"))).isEqualTo(Mutants.all());
        assertThat(Mutants.matching(List.of("harvest-*", "shut-not-awaited", "harvest-loses-half")))
                .extracting(Mutant::name)
                .containsExactly("harvest-in-two-steps", "harvest-loses-half", "shut-not-awaited");
        assertThatThrownBy(() -> Mutants.matching(List.of("no-such-*")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("There is no mutant 'no-such-*': --list shows them");
    }

    @Test
    void thePageListsThemAll() throws IOException {
        Files.createDirectories(PRINTED.getParent());
        Files.writeString(PRINTED, page());
        assertThat(Files.readString(PAGE))
                .as("MUTANTS.md is stale; the new one is target/mutants.md")
                .isEqualTo(page());
    }

    private static String page() {
        StringBuilder page =
                new StringBuilder(
                        """
                        # Mutants

                        Printed from `io.vmferry.lab.mutants`: the faults that `scripts/matrix --mutants` plants into the built
                        classes, one at a time, and the invariant of the simulator that must catch each.

                        | mutant | what is wrong | must be caught by | what is changed |
                        |---|---|---|---|
                        """);
        for (Mutant mutant : Mutants.all()) {
            page.append(
                    "| %s | %s | %s | %s |\n"
                            .formatted(
                                    mutant.name(),
                                    mutant.meaning(),
                                    mutant.invariant().text(),
                                    mutant.changes()));
        }
        page.append("\n## The invariants\n\n| invariant | what holds |\n|---|---|\n");
        for (Invariant invariant : Invariant.values()) {
            page.append("| %s | %s |\n".formatted(invariant.text(), invariant.meaning()));
        }
        return page.toString();
    }
}
