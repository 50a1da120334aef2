package io.vmferry.lab.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.options.OptionException;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.RunState;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The order of events when a migration is cancelled or fails, in each state. */
class FailureEventOrderTest {

    private static final List<String> CANCELLED_IN_PRE_SWITCHOVER =
            List.of(
                    "setup",
                    "active",
                    "STOP",
                    "pre-switchover",
                    "cancelling",
                    "RESUME",
                    "cancelled");

    // ---- cancel

    @ParameterizedTest
    @EnumSource(names = {"QEMU_7_2", "QEMU_10_2", "QEMU_11_1"})
    void isCancelledInSetup(Profile profile) {
        try (ObservedMigration run = ObservedMigration.with(profile)) {
            run.whenSourceIs(MigrationStatus.SETUP, run::cancel).migrate();
            assertThat(run.source()).containsExactly("setup", "cancelling", "cancelled");
            assertThat(run.sourceState()).isEqualTo(RunState.RUNNING);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"QEMU_7_2", "QEMU_10_2", "QEMU_11_1"})
    void isCancelledInActive(Profile profile) {
        try (ObservedMigration run = ObservedMigration.with(profile)) {
            run.whenBothAreActive(run::cancel).migrate();
            assertThat(run.withoutPasses())
                    .containsExactly("setup", "active", "cancelling", "cancelled");
            assertThat(run.sourceState()).isEqualTo(RunState.RUNNING);
            assertThat(run.destination()).endsWith("failed");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"QEMU_7_2", "QEMU_10_2", "QEMU_11_1"})
    void isCancelledInPreSwitchover(Profile profile) {
        try (ObservedMigration run =
                ObservedMigration.with(profile, Capability.PAUSE_BEFORE_SWITCHOVER)) {
            run.whenSourceIs(MigrationStatus.PRE_SWITCHOVER, run::cancel).migrate();
            assertThat(run.withoutPasses()).containsExactlyElementsOf(CANCELLED_IN_PRE_SWITCHOVER);
            assertThat(run.sourceState()).isEqualTo(RunState.RUNNING);
            assertThat(run.pair.outgoing.error())
                    .isEqualTo(
                            profile == Profile.QEMU_7_2
                                    ? Optional.empty()
                                    : Optional.of("Switchover is interrupted"));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"QEMU_10_2", "QEMU_11_1"})
    void isCancelledInDevice(Profile profile) {
        try (ObservedMigration run = ObservedMigration.with(profile)) {
            run.whenSourceIs(MigrationStatus.DEVICE, run::cancel).migrate();
            assertThat(run.withoutPasses())
                    .containsExactly(
                            "setup",
                            "active",
                            "STOP",
                            "device",
                            "cancelling",
                            "RESUME",
                            "cancelled");
            assertThat(run.sourceState()).isEqualTo(RunState.RUNNING);
            assertThat(run.destination()).doesNotContain("RESUME");
        }
    }

    @Test
    void isCancelledWhileTheVcpusStop() {
        try (ObservedMigration run = ObservedMigration.with(Profile.QEMU_10_2)) {
            run.atSource(point -> point.name() == PointName.SWITCHOVER_STARTED, run::cancel);
            run.migrate();
            assertThat(run.withoutPasses())
                    .containsExactly(
                            "setup", "active", "cancelling", "STOP", "RESUME", "cancelled");
            assertThat(run.sourceState()).isEqualTo(RunState.RUNNING);
        }
    }

    // ---- failure

    @ParameterizedTest
    @CsvSource({
        "QEMU_7_2, 'setup,failed'",
        "QEMU_10_2, 'setup,failed'",
        "QEMU_11_1, 'setup,failing,failed'"
    })
    void failsInSetup(Profile profile, String expected) {
        try (ObservedMigration run = ObservedMigration.with(profile)) {
            run.destination.side.host.kill();
            run.migrate();
            assertThat(run.source()).containsExactly(expected.split(","));
            assertThat(run.sourceState()).isEqualTo(RunState.RUNNING);
            assertThat(run.pair.outgoing.figures().orElseThrow().error().orElseThrow())
                    .contains("destination", "refused");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "QEMU_7_2, 'setup,active,failed'",
        "QEMU_10_2, 'setup,active,failed'",
        "QEMU_11_1, 'setup,active,failing,failed'"
    })
    void failsInActive(Profile profile, String expected) {
        try (ObservedMigration run = ObservedMigration.with(profile)) {
            run.whenBothAreActive(run::cutMain).migrate();
            assertThat(run.withoutPasses()).containsExactly(expected.split(","));
            assertThat(run.sourceState()).isEqualTo(RunState.RUNNING);
            assertThat(run.destination()).containsExactly("setup", "active", "failed");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "QEMU_7_2, 'failed,RESUME'",
        "QEMU_10_2, 'failed,RESUME'",
        "QEMU_11_1, 'failing,RESUME,failed'"
    })
    void aBreakInPreSwitchoverCountsWhenItContinues(Profile profile, String expected) {
        try (ObservedMigration run =
                ObservedMigration.with(profile, Capability.PAUSE_BEFORE_SWITCHOVER)) {
            cutInPreSwitchoverThen(run, run::proceed);
            assertThat(String.join(",", run.withoutPasses()))
                    .isEqualTo("setup,active,STOP,pre-switchover,device," + expected);
            assertThat(run.sourceState()).isEqualTo(RunState.RUNNING);
        }
    }

    @ParameterizedTest
    @EnumSource(Profile.class)
    void whatIsBrokenInPreSwitchoverCanBeCancelled(Profile profile) {
        try (ObservedMigration run =
                ObservedMigration.with(profile, Capability.PAUSE_BEFORE_SWITCHOVER)) {
            cutInPreSwitchoverThen(run, run::cancel);
            assertThat(run.withoutPasses()).containsExactlyElementsOf(CANCELLED_IN_PRE_SWITCHOVER);
            assertThat(run.sourceState()).isEqualTo(RunState.RUNNING);
        }
    }

    /**
     * Nothing is sent or read there, so that the failure is not detected; the guest stays stopped.
     */
    private static void cutInPreSwitchoverThen(ObservedMigration run, Runnable action) {
        run.whenSourceIs(
                        MigrationStatus.PRE_SWITCHOVER,
                        () -> {
                            run.cutMain();
                            run.pair.source.host.schedule(TimeUnit.SECONDS.toNanos(5), action);
                        })
                .migrate();
    }

    @ParameterizedTest
    @CsvSource({
        "QEMU_7_2, 'setup,active,failed'",
        "QEMU_8_2, 'setup,active,STOP,failed,RESUME'",
        "QEMU_10_0, 'setup,active,STOP,device,failed,RESUME'",
        "QEMU_11_1, 'setup,active,STOP,device,failing,RESUME,failed'"
    })
    void aWrongAnswerCountsWhenOneIsNeeded(Profile profile, String expected) {
        try (ObservedMigration run = ObservedMigration.with(profile)) {
            run.whenBothAreActive(() -> run.sayBack("0063 0000")).migrate();
            assertThat(String.join(",", run.withoutPasses())).isEqualTo(expected);
            assertThat(run.sourceError()).contains("Unknown message type 0x63");
            assertThat(run.sourceState()).isEqualTo(RunState.RUNNING);
            assertThat(run.destination()).containsExactly("setup", "active", "failed");
        }
    }

    @ParameterizedTest
    @CsvSource({"QEMU_10_2, 'failed,RESUME'", "QEMU_11_1, 'failing,RESUME,failed'"})
    void failsInDevice(Profile profile, String expected) {
        try (ObservedMigration run = ObservedMigration.with(profile)) {
            run.whenSourceIs(MigrationStatus.DEVICE, run::cutMain).migrate();
            assertThat(String.join(",", run.withoutPasses()))
                    .isEqualTo("setup,active,STOP,device," + expected);
            assertThat(run.sourceState()).isEqualTo(RunState.RUNNING);
            assertThat(run.destination()).containsExactly("setup", "active", "failed");
        }
    }

    /** Before 10.0 a guest may be stopped while the status is still active. */
    @Test
    void failsAfterTheStopOfAnOldVersion() {
        try (ObservedMigration run = ObservedMigration.with(Profile.QEMU_7_2)) {
            run.atSource(point -> point.name() == PointName.GUEST_STOPPED, run::cutMain);
            run.migrate();
            assertThat(run.withoutPasses())
                    .containsExactly("setup", "active", "STOP", "failed", "RESUME");
        }
    }

    @Test
    void aPausedGuestStaysPausedWithoutResume() {
        try (ObservedMigration run = ObservedMigration.with(Profile.QEMU_11_1)) {
            run.pauseGuest();
            run.whenSourceIs(MigrationStatus.DEVICE, run::cutMain).migrate();
            assertThat(run.withoutPasses())
                    .containsExactly("setup", "active", "device", "failing", "failed");
            assertThat(run.sourceState()).isEqualTo(RunState.PAUSED);
        }
    }

    @Test
    void afterAFailureASecondMigrationBeginsWithSetupAndPassOne() {
        try (ObservedMigration run = ObservedMigration.with(Profile.QEMU_10_2)) {
            run.whenBothAreActive(run::cutMain).migrate();
            run.pair.source.events.clear();
            run.destination.side.host.kill();
            var second = run.pair.destination("second");
            run.pair.migrateTo(second);
            run.pair.time.runUntil(
                    () -> run.pair.outgoing.status().terminal(),
                    run.pair.time.nowNanos() + TimeUnit.MINUTES.toNanos(5));
            assertThat(run.source()).startsWith("setup", "MIGRATION_PASS(1)", "active");
            assertThat(run.source()).endsWith("completed");
            second.side.hosted.close();
        } catch (OptionException | QmpException e) {
            throw new AssertionError(e);
        }
    }
}
