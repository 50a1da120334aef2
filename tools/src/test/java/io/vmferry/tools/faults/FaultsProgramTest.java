package io.vmferry.tools.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.fault.FaultActionKind;
import io.vmferry.machine.fault.FaultHost;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.tools.commandline.ToolRun;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FaultsProgramTest {

    private final ToolRun tool = new ToolRun(FaultsProgram::new);

    @ParameterizedTest
    @ValueSource(ints = {60, 80, 120})
    void theListFitsTheTerminal(int columns) {
        assertThat(FaultList.text(Optional.of(() -> columns)).lines())
                .allMatch(line -> line.length() <= columns);
    }

    @Test
    void listsEveryPlaceAndAction() {
        assertThat(tool.with("--list")).isZero();
        for (PointName<?> name : PointName.values()) {
            if (name != PointName.FAULT_INJECTED) {
                assertThat(tool.said()).contains("  " + name.text() + " ");
            }
        }
        for (FaultActionKind kind : FaultActionKind.of(FaultHost.NODE)) {
            assertThat(tool.said()).contains("  " + kind.synopsis() + " ");
        }
    }

    @Test
    void checksFaultsForASide() {
        assertThat(tool.with("--at", "destination", "device-load(cpu)@50%:kill")).isZero();
        assertThat(tool.with("--at", "source", "device-load(cpu)@50%:kill")).isEqualTo(2);
        assertThat(tool.complained())
                .isEqualToIgnoringNewLines(
                        "Fault 'device-load(cpu)@50%:kill': a source does not come to 'device-load'");
        assertThat(tool.with("device-load:kill")).isEqualTo(2);
        assertThat(tool.complained())
                .contains(
                        "A fault is checked for one node: expected --at source or --at destination");
    }

    @Test
    void saysWhatIsWrongWithTheNode() {
        assertThat(tool.with("--at", "sourc")).isEqualTo(2);
        assertThat(tool.complained())
                .contains("Unknown --at 'sourc', did you mean 'source': expected one of source,");
        assertThat(tool.with("--at", "source")).isEqualTo(2);
        assertThat(tool.complained()).contains("--at is for faults that are checked");
    }
}
