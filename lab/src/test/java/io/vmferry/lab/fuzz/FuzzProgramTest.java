package io.vmferry.lab.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class FuzzProgramTest {

    @TempDir Path directory;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... args) {
        return new CommandLine(
                        new FuzzProgram(
                                new PrintStream(out, true, StandardCharsets.UTF_8),
                                new PrintStream(err, true, StandardCharsets.UTF_8)))
                .execute(args);
    }

    private String said() {
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void listsItsTargets() {
        assertThat(run("--list")).isZero();
        assertThat(said().lines()).hasSameSizeAs(Target.values());
        assertThat(said()).contains("return-path   the reader of the return path\n");
    }

    @Test
    void saysWhatItHasDone() {
        assertThat(run("return-path", "package", "--runs", "2000", "--seed", "1", "--threads", "2"))
                .isZero();
        assertThat(said())
                .containsPattern("return-path +2,000 inputs .* % refused .* in the corpus")
                .containsPattern("package +2,000 inputs ");
    }

    @Test
    void showsWhatComesOfAnInput() throws IOException {
        Path input = directory.resolve("input.hex");
        Files.writeString(input, "00020004 00000001\n0000ffff\n");
        assertThat(run("return-path", "--input", input.toString())).isZero();
        assertThat(said())
                .isEqualTo(
                        """
                        PONG Pong[value=1]
                        => RP_UNKNOWN_TYPE: Unknown message type 0x0 of length 65535 \
                        (at byte 8 of the return path)
                        """);
    }

    @Test
    void refusesAWrongCommandLine() {
        assertThat(run("nothing")).isEqualTo(2);
        assertThat(run("--seconds", "1", "--runs", "1")).isEqualTo(2);
        assertThat(run("--runs", "0")).isEqualTo(2);
        assertThat(run("--input", "x")).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .isEqualTo(
                        """
                        There is no target 'nothing': --list has all
                        --seconds or --runs, not both
                        --seconds, --runs and --threads are at least 1, not 0
                        --input needs one TARGET
                        """);
    }
}
