package io.vmferry.protocol.failure;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.protocol.failure.Failure.FailureKind;
import io.vmferry.protocol.status.Side;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Compares the documentation's page of failures with the tables that it is printed from. */
class FailuresPageTest {

    private static final Path PAGE = Path.of("FAILURES.md");
    private static final Path PRINTED = Path.of("target", "failures.md");

    private static String page() {
        StringBuilder page =
                new StringBuilder(
                        """
                        # What ends a migration, and who has the guest then

                        Printed from the tables in `io.vmferry.protocol.failure`, which both engines ask at every exit:
                        a channel that breaks, a peer that is silent or breaks a rule, an operator, an exception of our own code,
                        a lease that was asked for. Where `--as-qemu` has a side do as QEMU does, the table of
                        deviations in [compatibility.md](../docs/compatibility.md) says what.
                        """);
        for (Side side : Side.values()) {
            page.append("\n## At the %s\n\n".formatted(side.text()));
            page.append("| who has the guest | what happened | the migration | because |\n");
            page.append("|---|---|---|---|\n");
            for (FailureTable.FailureRow row : FailureTable.of(side).rows()) {
                page.append(
                        "| %s | %s | %s | %s |\n"
                                .formatted(
                                        row.owner().meaning(),
                                        kinds(row.kinds()),
                                        row.consequence().meaning(),
                                        row.reason()));
            }
        }
        page.append(
                "\n## What the lease says\n\n| who asks, and when | the lease is | then | because |\n");
        page.append("|---|---|---|---|\n");
        for (LeaseTable.LeaseRow row : LeaseTable.rows()) {
            page.append(
                    "| %s | %s | %s | %s |\n"
                            .formatted(
                                    row.question().meaning(),
                                    row.result().meaning(),
                                    row.consequence().meaning(),
                                    row.reason()));
        }
        page.append("\n## The kinds of failures\n\n| kind | what happened |\n|---|---|\n");
        for (FailureKind kind : FailureKind.values()) {
            page.append("| %s | %s |\n".formatted(kind.text(), kind.meaning()));
        }
        return page.toString();
    }

    private static String kinds(Set<FailureKind> kinds) {
        Set<FailureKind> others = EnumSet.complementOf(EnumSet.copyOf(kinds));
        if (others.isEmpty()) {
            return "anything";
        }
        return others.size() < kinds.size() ? "anything but " + labels(others) : labels(kinds);
    }

    private static String labels(Set<FailureKind> kinds) {
        return Arrays.stream(FailureKind.values())
                .filter(kinds::contains)
                .map(FailureKind::text)
                .collect(Collectors.joining(", "));
    }

    @Test
    void thePageIsWhatTheTablePrints() throws IOException {
        Files.createDirectories(PRINTED.getParent());
        Files.writeString(PRINTED, page());
        assertThat(Files.readString(PAGE))
                .as("FAILURES.md is stale; the new one is target/failures.md")
                .isEqualTo(page());
    }
}
