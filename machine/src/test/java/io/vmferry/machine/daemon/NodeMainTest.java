package io.vmferry.machine.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.daemon.ExitCode.NodeFailure;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class NodeMainTest {

    @Command(name = "test-node")
    private static final class Program implements NodeMain.Program {

        @Mixin private NodeOptions options = new NodeOptions();
        private final Callable<ExitCode> body;

        Program(Callable<ExitCode> body) {
            this.body = body;
        }

        @Override
        public NodeOptions options() {
            return options;
        }

        @Override
        public ExitCode run() throws Exception {
            return body.call();
        }
    }

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(Callable<ExitCode> body, String... args) {
        return NodeMain.run(
                new Program(body),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                args);
    }

    private String told() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void theProgramDecidesTheExitCode() {
        assertThat(run(() -> ExitCode.GUEST_DAMAGED)).isEqualTo(5);
        assertThat(told()).isEmpty();
    }

    @Test
    void aWrongCommandLineIsOneLineAndTwo() {
        assertThat(run(() -> ExitCode.OK, "--frobnicate")).isEqualTo(2);
        assertThat(told()).startsWith("Unknown option: '--frobnicate'").hasLineCount(1);
    }

    @Test
    void aValueOfTheWrongTypeIsOneLineAndTwo() {
        assertThat(run(() -> ExitCode.OK, "--vcpus", "many")).isEqualTo(2);
        assertThat(told()).contains("--vcpus").contains("'many'").hasLineCount(1);
    }

    @Test
    void aFailureIsOneLineAndItsCode() {
        int code =
                run(() -> {
                    throw NodeFailure.start("No port\nleft", new IllegalStateException());
                });
        assertThat(code).isEqualTo(1);
        assertThat(told()).isEqualTo("No port left" + System.lineSeparator());
    }

    @Test
    void aBugIsOneLineUnlessMoreIsWanted() {
        Callable<ExitCode> bug =
                () -> {
                    throw new IllegalStateException("lost");
                };
        assertThat(run(bug)).isEqualTo(1);
        assertThat(told()).contains("lost").hasLineCount(1);
        run(bug, "--verbose");
        assertThat(told()).contains("at io.vmferry");
    }

    @ParameterizedTest
    @EnumSource(ExitCode.class)
    void asQemuWhateverGoesWrongEndsWithOne(ExitCode code) {
        int expected =
                switch (code) {
                    case OK -> 0;
                    case CRASHED_AS_QEMU -> 139;
                    default -> 1;
                };
        assertThat(run(() -> code, "--as-qemu")).isEqualTo(expected);
        assertThat(run(() -> code)).isEqualTo(code.code());
    }

    @Test
    void asQemuAWrongCommandLineIsOneToo() {
        assertThat(run(() -> ExitCode.OK, "--frobnicate", "--as-qemu")).isEqualTo(1);
        assertThat(run(() -> ExitCode.OK, "--as-qemu", "--profile", "qemu-0.1")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--memory nonsense --help",
                "-h --memory nonsense",
                "--vcpus many --help",
                "--log-format xml --help",
                "--frobnicate --help",
                "--as-qemu --profile qemu-0.1 --help"
            })
    void helpIsShownEvenIfAnotherOptionIsWrong(String args) {
        assertThat(run(() -> ExitCode.START_FAILED, args.split(" ", -1))).isZero();
        assertThat(told()).isEmpty();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("--memory", "Exit codes:");
    }

    @Test
    void helpListsOptionsAndExitCodes() {
        assertThat(run(() -> ExitCode.START_FAILED, "--help")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("--memory", "Exit codes:")
                .containsPattern("destination\\s+needs\\s+each\\s+of\\s+the\\s+source")
                .containsPattern("5 +the guest arrived with wrong memory")
                .containsPattern("143 +ended by SIGTERM");
    }
}
