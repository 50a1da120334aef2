package io.vmferry.machine.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Compares the table of exit codes in the documents with that of {@code --help}. */
class ExitCodePageTest {

    @Test
    void theReadmeHasEveryCodeWithItsMeaning() throws IOException {
        String rows =
                ExitCode.all().entrySet().stream()
                        .map(code -> "| %s | %s |\n".formatted(code.getKey(), code.getValue()))
                        .collect(Collectors.joining());
        assertThat(Files.readString(Path.of("..", "docs", "command-line.md"))).contains(rows);
    }
}
