package io.vmferry.lab.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.monitor.CommandTable;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DaemonCommandsTest {

    /** A QEMU has each command whichever side it is; so a command is added to both, or refused. */
    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9})
    void bothSidesHaveTheSame(long seed) throws Exception {
        try (SimulatedPair pair = new SimulatedPair(Scenario.random(seed))) {
            pair.start();
            SimulatedPair.Destination destination = pair.destination("destination");
            assertThat(names(DaemonCommands.of(pair, destination, (at, end, bound, failed) -> {})))
                    .containsExactlyInAnyOrderElementsOf(names(DaemonCommands.of(pair)));
        }
    }

    private static List<String> names(CommandTable table) {
        return table.entries().stream().map(CommandTable.CommandEntry::name).toList();
    }
}
