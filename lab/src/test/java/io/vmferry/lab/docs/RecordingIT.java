package io.vmferry.lab.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmferry.lab.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recording in the README: {@code scripts/record}, and what is kept of its work. */
class RecordingIT {

    private static final int MAX_BYTES = 300 * 1024;

    @TempDir Path directory;

    private Path root;

    /** Skips the tests without a Python that can run {@code scripts/record}. */
    @BeforeEach
    void needsPython() throws Exception {
        root = new Repository().root();
        String check =
                "command -v python3 && python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))'";
        try (ChildProcess python = start("python", "bash", "-c", check)) {
            assumeTrue(python.exitCode() == 0, "Python 3.10 or newer is not installed");
        }
    }

    @Test
    void thePictureIsDrawnFromTheRecording() throws Exception {
        Path drawn = directory.resolve("demo.svg");
        try (ChildProcess script = record("--render", "docs/demo.cast", drawn.toString())) {
            assertThat(script.exitCode()).as(script.stderr()).isZero();
        }
        assertThat(drawn)
                .as("scripts/record --render docs/demo.cast docs/demo.svg")
                .hasSameBinaryContentAs(root.resolve("docs/demo.svg"));
        assertThat(Files.size(drawn)).isLessThanOrEqualTo(MAX_BYTES);
    }

    @Test
    void theUnitTestsInPythonSucceed() throws Exception {
        try (ChildProcess tests =
                start(
                        "unittest",
                        "env",
                        "PYTHONPATH=scripts/lib/record",
                        "python3",
                        "-B",
                        "-m",
                        "unittest",
                        "discover",
                        "lab/src/test/python")) {
            assertThat(tests.exitCode()).as(tests.stderr()).isZero();
            assertThat(tests.stderr()).containsPattern("Ran [1-9]\\d+ tests");
        }
    }

    @Test
    void aWrongCommandLineIsOneLineAndTwo() throws Exception {
        try (ChildProcess script = record("--no-such-option")) {
            assertThat(script.exitCode()).isEqualTo(2);
            assertThat(script.stderr()).hasLineCount(1).contains("'--no-such-option'");
        }
    }

    @Test
    void theHelpNamesEachOption() throws Exception {
        try (ChildProcess script = record("--help")) {
            assertThat(script.exitCode()).isZero();
            assertThat(script.stdout()).contains("--render", "--size", "CAST", "COMMAND");
        }
    }

    private ChildProcess record(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(root.resolve("scripts/record").toString()));
        command.addAll(List.of(arguments));
        return start("record", command.toArray(String[]::new));
    }

    private ChildProcess start(String name, String... command) throws IOException {
        return ChildProcess.start(directory, name, root, List.of(command));
    }
}
