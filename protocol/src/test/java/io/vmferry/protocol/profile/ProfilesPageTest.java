package io.vmferry.protocol.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Compares the page of differences between profiles with the table of traits. */
class ProfilesPageTest {

    private static final Path PAGE = Path.of("PROFILES.md");
    private static final Path PRINTED = Path.of("target", "profiles.md");

    /** The headings of the page, by the first trait below each. */
    private static final Map<Trait, String> HEADINGS =
            Map.of(
                    Trait.RECOVER_SETUP, "Statuses, and how a migration ends",
                    Trait.SWITCHOVER_START, "Main stream",
                    Trait.ZERO_FILL_CHECKED, "RAM",
                    Trait.GLOBALSTATE_SUSPENDED, "Devices",
                    Trait.CHANNELS_FROZEN_BY_LISTENING, "Extra channels",
                    Trait.SINGLESTEP, "Monitor: members and arguments",
                    Trait.PARAMETER_CALLED_OPTION, "Monitor: texts",
                    Trait.FILE_MIGRATION, "Monitor: commands",
                    Trait.WHOLE_CHANNELS_COUNTED, "Figures");

    private static String page() {
        StringBuilder page =
                new StringBuilder(
                        """
                        # Differences between the profiles

                        Printed from `io.vmferry.protocol.profile.Trait`. A row is one behaviour, a column one \
                        profile; the version in parentheses is QEMU's own. What vmferry does differently from \
                        every QEMU on purpose is in [compatibility.md](../docs/compatibility.md).
                        """);
        String profiles =
                Arrays.stream(Profile.values())
                        .map(Profile::version)
                        .collect(Collectors.joining(" | "));
        for (Trait trait : Trait.values()) {
            if (HEADINGS.containsKey(trait)) {
                page.append(
                        "\n## %s\n\n| Behaviour | %s | Name |\n|---|%s---|\n"
                                .formatted(
                                        HEADINGS.get(trait),
                                        profiles,
                                        ":-:|".repeat(Profile.values().length)));
            }
            page.append(
                    "| %s | %s | `%s` |\n"
                            .formatted(
                                    trait.text(),
                                    Arrays.stream(Profile.values())
                                            .map(profile -> profile.has(trait) ? "x" : " ")
                                            .collect(Collectors.joining(" | ")),
                                    trait));
        }
        return page.toString();
    }

    @Test
    void thePageIsWhatTheTablePrints() throws IOException {
        Files.createDirectories(PRINTED.getParent());
        Files.writeString(PRINTED, page());
        assertThat(Files.readString(PAGE))
                .as("PROFILES.md is stale; the new one is target/profiles.md")
                .isEqualTo(page());
    }

    @Test
    void everyTraitSeparatesProfiles() {
        assertThat(Trait.values())
                .allMatch(trait -> !trait.versions().equals(Versions.ALL))
                .allMatch(
                        trait -> trait.versions().first().compareTo(trait.versions().last()) <= 0);
    }
}
