package io.vmferry.lab.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.fault.FaultActionKind;
import io.vmferry.machine.telemetry.PointName;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class FaultsProgramTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... args) {
        return new CommandLine(
                        new FaultsProgram(
                                new PrintStream(out, true, StandardCharsets.UTF_8),
                                new PrintStream(err, true, StandardCharsets.UTF_8)))
                .execute(args);
    }

    @Test
    void listsEveryPlaceAndAction() {
        assertThat(run("--list")).isZero();
        for (PointName name : PointName.values()) {
            if (name != PointName.FAULT_INJECTED) {
                assertThat(out.toString(StandardCharsets.UTF_8)).contains("  " + name.text() + " ");
            }
        }
        for (FaultActionKind kind : FaultActionKind.values()) {
            assertThat(out.toString(StandardCharsets.UTF_8)).contains("  " + kind.synopsis() + " ");
        }
    }

    @Test
    void checksFaultsForASide() {
        assertThat(run("--at", "destination", "device-load(cpu)@50%:kill")).isZero();
        assertThat(run("--at", "source", "device-load(cpu)@50%:kill")).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .isEqualToIgnoringNewLines(
                        "Fault 'device-load(cpu)@50%:kill': a source does not come to 'device-load'");
        assertThat(run("device-load:kill")).isEqualTo(2);
    }
}
