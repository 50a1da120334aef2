package io.vmferry.lab.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class ProxyProgramTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... args) {
        return new CommandLine(new ProxyProgram(stream(out), stream(err))).execute(args);
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    @Test
    void listsEveryPlaceAndAction() {
        assertThat(run("--list")).isZero();
        String text = out.toString(StandardCharsets.UTF_8);
        assertThat(Arrays.stream(PlaceName.values()).map(PlaceName::text))
                .allSatisfy(name -> assertThat(text).contains("  " + name + " "));
        assertThat(Arrays.stream(ProxyActionKind.values()).map(ProxyActionKind::synopsis))
                .allSatisfy(action -> assertThat(text).contains("  " + action + " "));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--listen tcp:127.0.0.1:0 | 2 | --listen URI and --to URI are needed",
                "--listen tcp:0.0.0.0:0 --to tcp:a:1 | 2 | --listen-remote allows it",
                "--listen tcp::0 --to tcp:a:1 | 2 | --listen-remote allows it",
                "--listen tcp:127.0.0.1:0 --to file:x | 2 | --to: nobody connects to a file",
                "--listen tcp:127.0.0.1:0 --to tcp:a:1 --fault x | 2 | Fault 'x'",
                "--listen unix:/nowhere/at/all --to tcp:a:1 | 1 | /nowhere/at/all"
            })
    void refusesInOneLine(String args, int code, String reason) {
        assertThat(run(args.split(" "))).isEqualTo(code);
        assertThat(err.toString(StandardCharsets.UTF_8)).hasLineCount(1).contains(reason);
    }
}
