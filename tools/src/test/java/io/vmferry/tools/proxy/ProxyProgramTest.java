package io.vmferry.tools.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.fault.FaultActionKind;
import io.vmferry.machine.fault.FaultHost;
import io.vmferry.tools.commandline.ToolRun;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyProgramTest {

    private final ToolRun tool = new ToolRun(ProxyProgram::new);

    @ParameterizedTest
    @ValueSource(ints = {60, 80, 120})
    void theListFitsTheTerminal(int columns) {
        assertThat(ProxyList.text(Optional.of(() -> columns)).lines())
                .allMatch(line -> line.length() <= columns);
    }

    @Test
    void listsEveryPlaceAndAction() {
        assertThat(tool.with("--list")).isZero();
        String text = tool.said();
        assertThat(Arrays.stream(PlaceName.values()).map(PlaceName::text))
                .allSatisfy(name -> assertThat(text).contains("  " + name + " "));
        assertThat(FaultActionKind.of(FaultHost.PROXY).stream().map(FaultActionKind::synopsis))
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
                "--listen tcp:127.0.0.1:0 --to exec:cat | 2 | --to: the proxy executes no program",
                "--listen rdma:a:1 --to tcp:a:1 | 2 | --listen: unknown migration protocol",
                "--listen tcp:127.0.0.1:0 --to tcp:a:1 --fault x | 2 | Fault 'x'",
                "--listen tcp:127.0.0.1:0 --to tcp:a:1 --trace=xml | 2 | Unknown --trace 'xml': expected one of text, json",
                "--listen tcp:127.0.0.1:0 --to tcp:a:1 --qmp x | 2 | Expected a monitor address as unix:PATH",
                "--listen tcp:127.0.0.1:0 --to tcp:a:1 --qmp tcp:0.0.0.0:0 | 1 | --qmp-remote allows it",
                "--listen tcp:127.0.0.1:0 --to tcp:a:1 --qmp-remote | 2 | --qmp-remote is for a monitor",
                "--listen unix:/nowhere/at/all --to tcp:a:1 | 1 | /nowhere/at/all"
            })
    void refusesInOneLine(String args, int code, String reason) {
        assertThat(tool.with(args.split(" "))).isEqualTo(code);
        assertThat(tool.complained()).hasLineCount(1).contains(reason);
    }
}
