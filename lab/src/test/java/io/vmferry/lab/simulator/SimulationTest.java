package io.vmferry.lab.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.protocol.profile.Profile;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whole migrations with random guests, networks, options and faults. {@link Simulation} checks what
 * must hold and names the scenario that breaks it; the properties in its message run that one
 * alone. {@code -Dsimulation.first=SEED -Dsimulation.count=N} runs other or more seeds.
 */
class SimulationTest {

    private static final long FIRST = Long.getLong("simulation.first", 0);
    private static final int COUNT = Integer.getInteger("simulation.count", 1000);

    private static final Optional<Fault> FAULT =
            Optional.ofNullable(System.getProperty("simulation.fault")).map(Fault::parse);

    /** The one scenario that a failure asks to see again. */
    @Test
    void theScenarioOfAFailureEndsAsItMay() {
        long precopy = Long.getLong("simulation.precopy", FIRST);
        assertThat(Simulation.run(again(Scenario.random(precopy)))).isNotNull();
        long postcopy = Long.getLong("simulation.postcopy", FIRST);
        assertThat(Simulation.run(again(Scenario.randomPostcopy(postcopy)))).isNotNull();
    }

    private static Scenario again(Scenario scenario) {
        return FAULT.map(scenario::withFault).orElse(scenario);
    }

    @Test
    void nothingIsLostAfterAnyFault() {
        Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
        for (long seed = FIRST; seed < FIRST + COUNT; seed++) {
            outcomes.merge(Simulation.run(Scenario.random(seed)), 1, Integer::sum);
        }
        if (COUNT >= 1000) {
            // otherwise the faults would not strike where they are meant to
            assertThat(outcomes.get(Outcome.MOVED)).isGreaterThan(COUNT / 4);
            assertThat(outcomes.get(Outcome.SAFE_AT_SOURCE)).isGreaterThan(COUNT / 5);
            assertThat(outcomes.get(Outcome.LOST)).isLessThan(COUNT / 5);
        }
    }

    @Test
    void nothingIsLostInPostcopyAfterAnyFault() {
        Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
        for (long seed = FIRST; seed < FIRST + COUNT; seed++) {
            outcomes.merge(Simulation.run(Scenario.randomPostcopy(seed)), 1, Integer::sum);
        }
        if (COUNT >= 1000) {
            assertThat(outcomes.keySet())
                    .isEqualTo(EnumSet.complementOf(EnumSet.of(Outcome.DAMAGED)));
        }
    }

    @Test
    void everyGuestMovesWhenNothingGoesWrong() {
        for (long seed = 0; seed < 200; seed++) {
            Scenario quiet = Scenario.random(seed).withFault(Fault.NONE);
            assertThat(Simulation.run(quiet)).as("seed %d", seed).isEqualTo(Outcome.MOVED);
        }
    }

    @Test
    void everyGuestMovesByPostcopyWhenNothingGoesWrong() {
        for (long seed = 0; seed < 200; seed++) {
            Scenario quiet = Scenario.randomPostcopy(seed).withFault(Fault.NONE);
            assertThat(Simulation.run(quiet)).as("seed %d", seed).isEqualTo(Outcome.MOVED);
        }
    }

    /** Every version is both source and destination of postcopies between versions. */
    @ParameterizedTest
    @EnumSource(Profile.class)
    void versionsThatUnderstandEachOtherMigrate(Profile source) {
        Map<Profile, Integer> destinations = new EnumMap<>(Profile.class);
        for (long seed = 0; seed < 400; seed++) {
            Scenario quiet = Scenario.randomPostcopy(seed).withFault(Fault.NONE);
            if (quiet.profile() == source && quiet.destinationProfile() != source) {
                assertThat(Simulation.run(quiet)).as("seed %d", seed).isEqualTo(Outcome.MOVED);
                destinations.merge(quiet.destinationProfile(), 1, Integer::sum);
            }
        }
        // 9.2 has a field that older ones do not know, and lacks a command that newer ones need
        boolean alone = source == Profile.QEMU_9_2;
        assertThat(destinations.isEmpty()).as("%s to %s", source, destinations).isEqualTo(alone);
    }

    @Test
    void aSeedReplaysPointByPoint() {
        for (long seed = 0; seed < 20; seed++) {
            Scenario precopy = Scenario.random(seed);
            Scenario postcopy = Scenario.randomPostcopy(seed);
            assertThat(Simulation.trace(precopy)).isEqualTo(Simulation.trace(precopy)).isNotEmpty();
            assertThat(Simulation.trace(postcopy))
                    .isEqualTo(Simulation.trace(postcopy))
                    .isNotEmpty();
        }
    }
}
