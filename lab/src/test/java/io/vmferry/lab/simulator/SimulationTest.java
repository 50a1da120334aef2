package io.vmferry.lab.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Whole migrations with random guests, networks, options and faults. {@link Simulation} checks what
 * must hold and names the seed that breaks it; {@code -Dsimulation.first=SEED -Dsimulation.count=1}
 * runs that seed again.
 */
class SimulationTest {

    private static final long FIRST = Long.getLong("simulation.first", 0);
    private static final int COUNT = Integer.getInteger("simulation.count", 2000);

    @Test
    void nothingIsLostWhateverGoesWrong() {
        Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
        for (long seed = FIRST; seed < FIRST + COUNT; seed++) {
            outcomes.merge(Simulation.run(Scenario.random(seed)), 1, Integer::sum);
        }
        if (COUNT >= 1000) {
            // otherwise the faults would not strike where they are meant to
            assertThat(outcomes.get(Outcome.MOVED)).isGreaterThan(COUNT / 4);
            assertThat(outcomes.get(Outcome.SAFE_AT_SOURCE)).isGreaterThan(COUNT / 4);
            assertThat(outcomes.get(Outcome.LOST)).isLessThan(COUNT / 5);
        }
    }

    @Test
    void everyGuestMovesWhenNothingGoesWrong() {
        for (long seed = 0; seed < 200; seed++) {
            Scenario quiet = Scenario.random(seed).withFault(new Fault(Fault.Kind.NONE, 0));
            assertThat(Simulation.run(quiet)).as("seed %d", seed).isEqualTo(Outcome.MOVED);
        }
    }

    @Test
    void aSeedReplaysPointByPoint() {
        for (long seed = 0; seed < 20; seed++) {
            Scenario scenario = Scenario.random(seed);
            assertThat(Simulation.trace(scenario))
                    .as("seed %d", seed)
                    .isEqualTo(Simulation.trace(scenario))
                    .isNotEmpty();
        }
    }
}
