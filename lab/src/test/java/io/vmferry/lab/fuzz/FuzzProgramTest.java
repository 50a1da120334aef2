package io.vmferry.lab.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.tools.commandline.ToolRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FuzzProgramTest {

    @TempDir Path directory;
    private final ToolRun tool = new ToolRun(FuzzProgram::new);

    @Test
    void listsItsTargets() {
        assertThat(tool.with("--list")).isZero();
        assertThat(tool.said().lines()).hasSameSizeAs(Target.values());
        assertThat(tool.said())
                .contains("return-path   the return path at a source, message by message;");
    }

    @Test
    void printsTheFiguresOfEachTarget() {
        assertThat(
                        tool.with(
                                "return-path",
                                "package",
                                "--runs",
                                "2000",
                                "--seed",
                                "1",
                                "--threads",
                                "2"))
                .isZero();
        assertThat(tool.said())
                .containsPattern("return-path +2,000 inputs .* % refused .* in the corpus")
                .containsPattern("package +2,000 inputs ");
    }

    @Test
    void showsWhatComesOfAnInput() throws IOException {
        Path input = directory.resolve("input.hex");
        Files.writeString(input, "00 00020004 00000001\n0000ffff\n");
        assertThat(tool.with("return-path", "--input", input.toString())).isZero();
        assertThat(tool.said())
                .isEqualTo(
                        """
                        PONG Pong[value=1]
                        pong 1
                        status active
                        owner SOURCE
                        unsent pages 64
                        recovered false
                        => RP_UNKNOWN_TYPE: Unknown message type 0x0 of length 65535 \
                        (at byte 8 of the return path)
                        """);
    }

    @Test
    void anInputThatCannotBeReadIsNamed() throws IOException {
        Path binary = directory.resolve("binary");
        Files.write(binary, new byte[] {(byte) 0xff, 0, 'z'});
        assertThat(tool.with("package", "--input", binary.toString())).isEqualTo(2);
        assertThat(tool.with("package", "--input", "/no/such")).isEqualTo(2);
        assertThat(tool.complained())
                .isEqualTo(
                        """
                        --input %s: expected hexadecimal digits, two a byte
                        '/no/such' does not exist
                        """
                                .formatted(binary));
    }

    @Test
    void refusesAWrongCommandLine() {
        assertThat(tool.with("nothing")).isEqualTo(2);
        assertThat(tool.with("--seconds", "1", "--runs", "1")).isEqualTo(2);
        assertThat(tool.with("--runs", "0")).isEqualTo(2);
        assertThat(tool.with("--input", "x")).isEqualTo(2);
        assertThat(tool.with("--threads", "x")).isEqualTo(2);
        assertThat(tool.with("--list", "--list")).isEqualTo(2);
        assertThat(tool.with("--failures", "/dev/null/failures")).isEqualTo(2);
        assertThat(tool.complained())
                .startsWith("Unknown target 'nothing': expected one of ")
                .endsWith(
                        """
                        --seconds or --runs, not both
                        --seconds, --runs and --threads are at least 1, not 0
                        --input needs one TARGET
                        Invalid value for option '--threads': 'x' is not a whole number
                        Option '--list' is given twice
                        Cannot write --failures /dev/null/failures: /dev/null is no folder
                        """);
    }
}
