package io.vmferry.protocol.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.protocol.profile.Profile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Compares the documentation's page of states with the tables that it is printed from. */
class StatesPageTest {

    private static final Path PAGE = Path.of("STATES.md");
    private static final Path PRINTED = Path.of("target", "states.md");

    private static String page() {
        StringBuilder page =
                new StringBuilder(
                        """
                        # States and what leads from one to the next

                        Printed from the tables in `io.vmferry.protocol.status`; what a table does not hold cannot happen.
                        """);
        section(page, "The migration at the source, profile qemu-10.2", source(Profile.QEMU_10_2));
        section(page, "The migration at the source, profile qemu-11.1", source(Profile.QEMU_11_1));
        section(page, "The migration at the source, profile qemu-7.2", source(Profile.QEMU_7_2));
        section(
                page,
                "The migration at the destination, profile qemu-10.2",
                MigrationTransitions.of(Side.DESTINATION, Profile.QEMU_10_2));
        section(page, "Postcopy at the destination", PostcopyState.transitions());
        section(page, "The guest's run state", RunState.transitions());
        return page.toString();
    }

    private static TransitionTable<MigrationStatus> source(Profile profile) {
        return MigrationTransitions.of(Side.SOURCE, profile);
    }

    private static void section(StringBuilder page, String title, TransitionTable<?> table) {
        page.append("\n## %s\n\n%s".formatted(title, markdown(table)));
    }

    private static <S extends Enum<S>> String markdown(TransitionTable<S> table) {
        StringBuilder text = new StringBuilder("| from | to | trigger |\n|---|---|---|\n");
        for (Transition<S> row : table.rows()) {
            text.append(
                    "| %s | %s | %s |\n"
                            .formatted(name(row.from()), name(row.to()), row.trigger()));
        }
        return text.toString();
    }

    private static String name(Enum<?> state) {
        return state.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Test
    void thePageIsWhatTheTablesPrint() throws IOException {
        Files.createDirectories(PRINTED.getParent());
        Files.writeString(PRINTED, page());
        assertThat(Files.readString(PAGE))
                .as("STATES.md is stale; the new one is target/states.md")
                .isEqualTo(page());
    }
}
