package io.vmferry.lab.pair;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.lab.process.ChildProcess;
import io.vmferry.lab.process.Nodes;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rows that demonstrations print: their order and their width. */
class DemoRowsTest {

    @TempDir Path directory;

    private String printed(int columns, String... lines) throws Exception {
        Path scripts = Nodes.scripts();
        String script =
                "COLUMNS=%d; source %s/lib/common.sh; source %s/lib/columns.sh%n%s"
                        .formatted(columns, scripts, scripts, String.join("\n", lines));
        try (ChildProcess bash =
                ChildProcess.start(
                        directory, "bash", List.of("bash", "-euo", "pipefail", "-c", script))) {
            assertThat(bash.exitCode()).as(bash.stderr()).isZero();
            return bash.stdout();
        }
    }

    @Test
    void rowsStandInTheOrderOfTimeAndNotOfArrival() throws Exception {
        assertThat(
                        printed(
                                80,
                                "source_column 12:00:00.200 'package sent'",
                                "across 'KILL' 12:00:00.300",
                                "destination_column 12:00:00.100 'loading'",
                                "source_column 12:00:00.200 'failed'",
                                "print_rows all"))
                .isEqualTo(
                        """
                        12:00:00.100                               loading
                        12:00:00.200 package sent
                        12:00:00.200 failed
                        12:00:00.300 KILL
                        """);
    }

    @Test
    void theRowsOfTheNextDayComeLast() throws Exception {
        assertThat(
                        printed(
                                80,
                                "source_column 23:59:59.900 before",
                                "source_column 00:00:00.100 after",
                                "print_rows all"))
                .containsSubsequence("before", "after");
    }

    /** A report of the other side may be of an earlier time. */
    @Test
    void aRowIsHeldForHalfASecond() throws Exception {
        assertThat(
                        printed(
                                80,
                                "unset EPOCHREALTIME; export TZ=UTC0",
                                "source_column 12:00:00.100 held",
                                "EPOCHREALTIME=43200.500000; print_rows; echo waits",
                                "EPOCHREALTIME=43200.700000; print_rows; echo end"))
                .isEqualTo("waits\n12:00:00.100 held\nend\n");
    }

    /** A read that ends after a tenth of a second may end in the middle of a line. */
    @Test
    void aReportThatIsReadInPartsIsWhole() throws Exception {
        assertThat(
                        printed(
                                80,
                                "source %s/lib/demo.sh".formatted(Nodes.scripts()),
                                "show() { source_column \"$2\" \"$3\"; }",
                                "start_demo",
                                "printf 'source\\tlogs\\t12:00:00.1' >&3",
                                "next_report || true",
                                "printf '00\\tactive\\n' >&3",
                                "next_report",
                                "print_rows all"))
                .isEqualTo("12:00:00.100 active\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 60, 80, 200})
    void nothingIsWiderThanTheTerminal(int columns) throws Exception {
        String text =
                printed(
                        columns,
                        "titles source 'second destination (pid 4711)'",
                        "destination_column 12:00:00.100 '  sends the bitmap of received pages'",
                        "source_column 12:00:00.200 '  first pass over memory done'",
                        "across 'SILENCE: no byte is carried any more, and no error is reported'",
                        "print_rows all",
                        "labelled '  oracle     Memory is what the guest last wrote: 16384 pages checked, 3 of them read'",
                        "wrapped 0 'The guest ran at the destination and died with it; nothing runs it in an old state.'");
        assertThat(text.lines())
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(columns));
        assertThat(text.replaceAll("\\s+", " "))
                .contains(
                        "sends the bitmap of received pages",
                        "no byte is carried any more, and no error is reported",
                        "16384 pages checked, 3 of them read",
                        "nothing runs it in an old state.");
        assertThat(text.lines().anyMatch(line -> line.contains("> "))).isEqualTo(columns < 79);
    }
}
