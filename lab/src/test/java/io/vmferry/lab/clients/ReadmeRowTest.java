package io.vmferry.lab.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** A row of the clients' table, which is the first example of the README, at some widths. */
class ReadmeRowTest {

    private static final Row ROW =
            new Row(
                    "ganeti",
                    Situations.of(List.of("postcopy-paused")).getFirst(),
                    "qemu-10.2",
                    GuestEnd.LOST,
                    "postcopy-paused / gone",
                    ReportedEnd.STAYED,
                    OptionalInt.of(1),
                    "Failure: Could not migrate instance guest: hypervisor returned an error",
                    List.of(),
                    11_200,
                    15_000);

    private static List<String> table(OptionalInt width) {
        List<String> lines = ClientsTable.lines(new Rows(List.of(ROW), List.of()), width);
        return lines.subList(0, lines.indexOf(""));
    }

    @Test
    void theReadmeShowsARowAsItIsPrinted() throws IOException {
        Rows rows = new Rows(List.of(ROW), List.of());
        assertThat(Files.readString(Path.of("../README.md")))
                .contains(String.join("\n", ClientsTable.lines(rows, OptionalInt.of(120))));
    }

    @Test
    void aRowIsALineWhereItFits() {
        assertThat(table(OptionalInt.empty())).hasSize(2);
        assertThat(table(OptionalInt.of(300))).isEqualTo(table(OptionalInt.empty()));
    }

    @Test
    void aRowThatIsTooWideTakesTwoLines() {
        List<String> lines = table(OptionalInt.of(80));
        assertThat(lines).hasSize(4).allMatch(line -> line.length() <= 80);
        assertThat(lines.subList(0, 3))
                .containsExactly(
                        "client  situation        as         guest  client says  ok",
                        "    source / destination    seconds  last line, and what is wrong",
                        "ganeti  postcopy-paused  qemu-10.2  lost   stayed       NO");
        assertThat(lines.getLast())
                .startsWith("    postcopy-paused / gone  11.2     Failure: Could not")
                .endsWith("…");
    }
}
