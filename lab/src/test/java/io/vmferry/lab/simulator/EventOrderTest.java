package io.vmferry.lab.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.RunState;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The order of events on both sides, which management software relies on. */
class EventOrderTest {

    // ---- completion

    @ParameterizedTest
    @CsvSource({
        "QEMU_7_2, 'setup,active,STOP,completed'",
        "QEMU_9_2, 'setup,active,STOP,completed'",
        "QEMU_10_0, 'setup,active,STOP,device,completed'",
        "QEMU_10_2, 'setup,active,STOP,device,completed'",
        "QEMU_11_1, 'setup,active,STOP,device,completed'"
    })
    void completes(Profile profile, String expected) {
        try (ObservedMigration run = ObservedMigration.with(profile).migrate()) {
            assertThat(run.withoutPasses()).containsExactly(expected.split(","));
            assertThat(run.destination()).containsExactly("setup", "active", "RESUME", "completed");
            assertThat(run.sourceState()).isEqualTo(RunState.POSTMIGRATE);
            assertThat(run.destinationState()).isEqualTo(RunState.RUNNING);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"QEMU_7_2", "QEMU_10_2"})
    void thePassesAreNumberedFromTheOneInSetupToTheOneAfterTheStop(Profile profile) {
        try (ObservedMigration run = ObservedMigration.with(profile).migrate()) {
            List<String> events = run.source();
            assertThat(events).startsWith("setup", "MIGRATION_PASS(1)", "active");
            List<String> passes = run.passes();
            assertThat(passes).hasSizeGreaterThan(1);
            for (int i = 0; i < passes.size(); i++) {
                assertThat(passes.get(i)).isEqualTo("MIGRATION_PASS(" + (i + 1) + ")");
            }
            assertThat(events).endsWith(passes.getLast(), "completed");
            int stop = events.indexOf("STOP");
            assertThat(events.indexOf(passes.getLast())).isGreaterThan(stop);
            assertThat(events.indexOf(passes.get(passes.size() - 2))).isLessThan(stop);
        }
    }

    @Test
    void thePassesOfTheNewestAreThoseOfARunningGuest() {
        try (ObservedMigration run = ObservedMigration.with(Profile.QEMU_11_1).migrate()) {
            List<String> events = run.source();
            assertThat(events).startsWith("setup", "active", "MIGRATION_PASS(2)");
            List<String> passes = run.passes();
            for (int i = 0; i < passes.size(); i++) {
                assertThat(passes.get(i)).isEqualTo("MIGRATION_PASS(" + (i + 2) + ")");
            }
            assertThat(events).endsWith(passes.getLast(), "STOP", "device", "completed");
            assertThat(run.pair.outgoing.figures().orElseThrow().ram().dirtySyncCount())
                    .as("neither is the last sync counted")
                    .isEqualTo(passes.size() + 1);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"QEMU_7_2", "QEMU_10_2", "QEMU_11_1"})
    void pausesBeforeTheSwitchover(Profile profile) {
        try (ObservedMigration run =
                ObservedMigration.with(profile, Capability.PAUSE_BEFORE_SWITCHOVER)) {
            run.whenSourceIs(
                    MigrationStatus.PRE_SWITCHOVER,
                    () -> {
                        assertThat(run.sourceState()).isEqualTo(RunState.FINISH_MIGRATE);
                        run.pair.source.host.schedule(TimeUnit.SECONDS.toNanos(20), run::proceed);
                    });
            run.migrate();
            assertThat(run.withoutPasses())
                    .containsExactly(
                            "setup", "active", "STOP", "pre-switchover", "device", "completed");
            assertThat(run.destination()).containsExactly("setup", "active", "RESUME", "completed");
        }
    }

    @Test
    void withAReturnPathTheDestinationCompletesFirst() {
        try (ObservedMigration run = ObservedMigration.with(Profile.QEMU_10_2)) {
            run.whenSourceIs(
                    MigrationStatus.COMPLETED,
                    () ->
                            assertThat(run.destination.engine.status())
                                    .isEqualTo(MigrationStatus.COMPLETED));
            run.migrate();
            assertThat(run.pair.outgoing.status()).isEqualTo(MigrationStatus.COMPLETED);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"QEMU_7_2", "QEMU_10_2", "QEMU_11_1"})
    void withoutAReturnPathTheSourceCompletesOnItsOwn(Profile profile) {
        try (ObservedMigration run =
                new ObservedMigration(profile, EnumSet.of(Capability.EVENTS))) {
            List<MigrationStatus> there = new ArrayList<>();
            run.pair.source.probe(point -> {
                if (point.toString().equals("status(completed)")) {
                    there.add(run.destination.engine.status());
                }
            });
            run.migrate();
            assertThat(run.withoutPasses()).endsWith("completed").doesNotContain("failed");
            assertThat(there).containsExactly(MigrationStatus.ACTIVE);
            assertThat(run.destination()).containsExactly("setup", "active", "RESUME", "completed");
        }
    }

    @Test
    void aPausedGuestMovesWithoutStopAndResume() {
        try (ObservedMigration run = ObservedMigration.with(Profile.QEMU_10_2)) {
            run.pauseGuest();
            run.migrate();
            assertThat(run.withoutPasses())
                    .containsExactly("setup", "active", "device", "completed");
            assertThat(run.destination()).containsExactly("setup", "active", "completed");
            assertThat(run.destinationState()).isEqualTo(RunState.PAUSED);
            assertThat(run.sourceState()).isEqualTo(RunState.POSTMIGRATE);
        }
    }

    @Test
    void onlyStopAndResumeAreEmittedWithoutCapabilityEvents() {
        try (ObservedMigration run =
                new ObservedMigration(Profile.QEMU_10_2, EnumSet.of(Capability.RETURN_PATH))) {
            run.migrate();
            assertThat(run.source()).containsExactly("STOP");
            assertThat(run.destination()).containsExactly("RESUME");
        }
    }
}
