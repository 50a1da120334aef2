package io.vmferry.lab.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.profile.Trait;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.RunState;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The order of events on both sides when a migration becomes postcopy. */
class PostcopyEventOrderTest {

    private static final String OLD_DESTINATION = "setup,active,postcopy-active,RESUME";
    private static final String NEW_DESTINATION =
            "setup,active,postcopy-device,postcopy-active,RESUME";

    private static String joined(List<String> events) {
        return String.join(",", events);
    }

    private static String destinationOf(Profile profile) {
        return profile.has(Trait.POSTCOPY_DEVICE) ? NEW_DESTINATION : OLD_DESTINATION;
    }

    // ---- completion

    @ParameterizedTest
    @CsvSource({
        "QEMU_7_2, 'setup,active,postcopy-active,STOP,completed'",
        "QEMU_9_2, 'setup,active,postcopy-active,STOP,completed'",
        "QEMU_10_0, 'setup,active,STOP,device,postcopy-active,completed'",
        "QEMU_10_2, 'setup,active,STOP,device,postcopy-device,postcopy-active,completed'",
        "QEMU_11_1, 'setup,active,STOP,device,postcopy-device,postcopy-active,completed'"
    })
    void completes(Profile profile, String expected) {
        try (ObservedMigration run = ObservedMigration.postcopy(profile, Set.of()).migrate()) {
            assertThat(joined(run.withoutPasses())).isEqualTo(expected);
            assertThat(joined(run.destination())).isEqualTo(destinationOf(profile) + ",completed");
            assertThat(run.sourceState()).isEqualTo(RunState.POSTMIGRATE);
            assertThat(run.destinationState()).isEqualTo(RunState.RUNNING);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "QEMU_7_2, 'setup,active,STOP,pre-switchover,postcopy-active,completed'",
        "QEMU_9_2, 'setup,active,STOP,pre-switchover,postcopy-active,completed'",
        "QEMU_10_0, 'setup,active,STOP,pre-switchover,device,postcopy-active,completed'",
        "QEMU_10_2,"
                + " 'setup,active,STOP,pre-switchover,device,postcopy-device,postcopy-active,completed'",
        "QEMU_11_1,"
                + " 'setup,active,STOP,pre-switchover,device,postcopy-device,postcopy-active,completed'"
    })
    void pausesBeforeTheSwitchover(Profile profile, String expected) {
        try (ObservedMigration run =
                ObservedMigration.postcopy(profile, Set.of(Capability.PAUSE_BEFORE_SWITCHOVER))) {
            run.whenSourceIs(MigrationStatus.PRE_SWITCHOVER, run::proceed).migrate();
            assertThat(joined(run.withoutPasses())).isEqualTo(expected);
            assertThat(joined(run.destination())).isEqualTo(destinationOf(profile) + ",completed");
        }
    }

    /** Nothing says whether the package was loaded, so nothing waits for it. */
    @Test
    void bitmapsWithoutAReturnPathSkipPostcopyDevice() {
        try (ObservedMigration run = ObservedMigration.bitmapsOnly(Profile.QEMU_11_1).migrate()) {
            assertThat(joined(run.withoutPasses()))
                    .isEqualTo("setup,active,STOP,device,postcopy-active,completed");
            assertThat(joined(run.destination())).isEqualTo(OLD_DESTINATION + ",completed");
        }
    }

    // ---- failure

    @ParameterizedTest
    @CsvSource({"QEMU_10_2, 'failed,RESUME'", "QEMU_11_1, 'failing,RESUME,failed'"})
    void aDeviceThatRefusesItsStateGivesTheGuestBack(Profile profile, String expected) {
        try (ObservedMigration run = ObservedMigration.refusedPostcopy(profile).migrate()) {
            assertThat(joined(run.withoutPasses()))
                    .isEqualTo("setup,active,STOP,device,postcopy-device," + expected);
            assertThat(joined(run.destination())).isEqualTo("setup,active,postcopy-device,failed");
            assertThat(run.sourceState()).isEqualTo(RunState.RUNNING);
            assertThat(run.sourceError()).contains("loading failed");
        }
    }

    /** Versions that consider a package loaded as soon as it is sent. */
    @ParameterizedTest
    @CsvSource({
        "QEMU_7_2, 'setup,active,postcopy-active,STOP,postcopy-paused'",
        "QEMU_9_2, 'setup,active,postcopy-active,STOP,postcopy-paused'",
        "QEMU_10_0, 'setup,active,STOP,device,postcopy-active,postcopy-paused'"
    })
    void aDeviceThatRefusesItsStateStrandsTheGuestOfAnOldVersion(Profile profile, String expected) {
        try (ObservedMigration run = ObservedMigration.refusedPostcopy(profile).migrate()) {
            assertThat(joined(run.withoutPasses())).isEqualTo(expected);
            assertThat(joined(run.destination())).isEqualTo("setup,active,postcopy-active,failed");
            assertThat(run.sourceState()).isEqualTo(RunState.FINISH_MIGRATE);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "QEMU_7_2, 'setup,active,postcopy-active,STOP,postcopy-paused'",
        "QEMU_9_2, 'setup,active,postcopy-active,STOP,postcopy-paused'",
        "QEMU_10_0, 'setup,active,STOP,device,postcopy-active,postcopy-paused'",
        "QEMU_10_2, 'setup,active,STOP,device,postcopy-device,postcopy-active,postcopy-paused'",
        "QEMU_11_1, 'setup,active,STOP,device,postcopy-device,postcopy-active,postcopy-paused'"
    })
    void aBreakPausesBothOnceTheGuestHasMoved(Profile profile, String expected) {
        try (ObservedMigration run = ObservedMigration.postcopy(profile, Set.of())) {
            run.atSource(point -> point.name() == PointName.PAGE_REQUESTED, run::cutMain);
            run.migrate();
            assertThat(joined(run.withoutPasses())).isEqualTo(expected);
            assertThat(joined(run.destination()))
                    .isEqualTo(destinationOf(profile) + ",postcopy-paused");
            assertThat(run.sourceState()).isEqualTo(RunState.FINISH_MIGRATE);
            assertThat(run.destinationState()).isEqualTo(RunState.RUNNING);
            assertThat(run.destination.side.vcpus.running()).isTrue();
        }
    }

    @Test
    void aBreakWhileTheDestinationListensGivesTheGuestBack() {
        try (ObservedMigration run = ObservedMigration.postcopy(Profile.QEMU_11_1, Set.of())) {
            run.whenSourceIs(MigrationStatus.POSTCOPY_DEVICE, run::cutMain).migrate();
            assertThat(joined(run.withoutPasses()))
                    .isEqualTo("setup,active,STOP,device,postcopy-device,failing,RESUME,failed");
            assertThat(run.sourceState()).isEqualTo(RunState.RUNNING);
        }
    }

    // ---- the user

    @ParameterizedTest
    @EnumSource(Profile.class)
    void cancelIsRefusedInEveryPostcopyState(Profile profile) {
        try (ObservedMigration run = ObservedMigration.postcopy(profile, Set.of())) {
            Set<MigrationStatus> refused = EnumSet.noneOf(MigrationStatus.class);
            run.pair.source.probe(point -> {
                MigrationStatus status = run.pair.outgoing.status();
                if (status.inPostcopy() && refused.add(status)) {
                    assertThatThrownBy(run.pair.outgoing::cancel)
                            .isInstanceOf(QmpException.class)
                            .hasMessageContaining("ostcopy migration");
                }
            });
            run.atSource(point -> point.name() == PointName.PAGE_REQUESTED, run::cutMain);
            run.migrate();
            assertThat(refused)
                    .contains(MigrationStatus.POSTCOPY_ACTIVE, MigrationStatus.POSTCOPY_PAUSED);
            assertThat(refused.contains(MigrationStatus.POSTCOPY_DEVICE))
                    .isEqualTo(profile.has(Trait.POSTCOPY_DEVICE));
            assertThat(run.source()).doesNotContain("cancelling");
        }
    }

    @Test
    void postcopyMayBeAskedForAgainAndWhenAllIsOver() throws QmpException {
        try (ObservedMigration run = ObservedMigration.postcopy(Profile.QEMU_10_2, Set.of())) {
            run.whenSourceIs(MigrationStatus.POSTCOPY_ACTIVE, () -> startPostcopy(run)).migrate();
            run.pair.outgoing.startPostcopy();
            assertThat(run.source()).endsWith("postcopy-active", "completed");
        }
    }

    private static void startPostcopy(ObservedMigration run) {
        try {
            run.pair.outgoing.startPostcopy();
        } catch (QmpException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void postcopyCannotBeAskedForBeforeAMigrationOrWithoutItsCapability() {
        try (ObservedMigration run = ObservedMigration.postcopy(Profile.QEMU_10_2, Set.of())) {
            assertThatThrownBy(run.pair.outgoing::startPostcopy)
                    .hasMessage("Postcopy must be started after migration has been started");
        }
        try (ObservedMigration run = ObservedMigration.with(Profile.QEMU_10_2)) {
            assertThatThrownBy(run.pair.outgoing::startPostcopy)
                    .hasMessage(
                            "Enable postcopy with migrate_set_capability before the start of migration");
        }
    }
}
