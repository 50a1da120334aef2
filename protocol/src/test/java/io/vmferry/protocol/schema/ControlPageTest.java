package io.vmferry.protocol.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Compares the table of commands in the page about control with the commands. */
class ControlPageTest {

    private static final Path PAGE = Path.of("..", "docs", "control.md");
    private static final Path PRINTED = Path.of("target", "control.md");

    @Test
    void thePageHasTheTableOfTheCommands() throws IOException {
        Files.createDirectories(PRINTED.getParent());
        Files.writeString(PRINTED, ControlCommand.markdown());
        assertThat(Files.readString(PAGE))
                .as("the table in docs/control.md is stale; the new one is target/control.md")
                .contains("\n\n" + ControlCommand.markdown() + "\n");
    }
}
