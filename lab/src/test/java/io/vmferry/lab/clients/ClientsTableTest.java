package io.vmferry.lab.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ClientsTableTest {

    private static final Row OF_THE_README =
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

    @Test
    void theReadmeShowsARowAsItIsPrinted() throws IOException {
        Rows rows = new Rows(List.of(OF_THE_README), List.of());
        assertThat(Files.readString(Path.of("../README.md")))
                .contains(String.join("\n", ClientsTable.lines(rows)));
    }
}
