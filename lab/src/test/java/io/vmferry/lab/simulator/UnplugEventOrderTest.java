package io.vmferry.lab.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.device.FailoverPrimary;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.RunState;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A guest with the primary of a failover pair, which it has to let go of before it moves. */
class UnplugEventOrderTest {

    private static final String SLOW = "failover-primary,id=nic,unplug-time=2s";
    private static final String UNPLUG = "UNPLUG_PRIMARY(nic)";

    private static ObservedMigration with(Profile profile, String... devices) {
        return new ObservedMigration(
                profile, EnumSet.of(Capability.EVENTS, Capability.RETURN_PATH), devices);
    }

    private static FailoverPrimary primary(SimulatedSide side) {
        return side.hosted.guest().failoverPrimaries().getFirst();
    }

    private static long seconds(ObservedMigration run) {
        return TimeUnit.NANOSECONDS.toSeconds(
                run.pair.outgoing.figures().orElseThrow().totalNanos());
    }

    @ParameterizedTest
    @CsvSource({
        "QEMU_7_2, 'wait-unplug,active,STOP,completed'",
        "QEMU_10_2, 'wait-unplug,active,STOP,device,completed'",
        "QEMU_11_1, 'wait-unplug,active,STOP,device,completed'"
    })
    void waitsUntilTheGuestHasLetGo(Profile profile, String expected) {
        try (ObservedMigration run = with(profile, SLOW)) {
            run.whenSourceIs(
                    MigrationStatus.WAIT_UNPLUG,
                    () -> assertThat(primary(run.pair.source).unplugPending()).isTrue());
            assertThat(primary(run.destination.side).plugged()).isFalse();
            run.migrate();
            assertThat(run.source()).startsWith("setup", UNPLUG);
            assertThat(String.join(",", run.withoutPasses()))
                    .isEqualTo("setup," + UNPLUG + "," + expected);
            assertThat(run.destination()).containsExactly("setup", "active", "RESUME", "completed");
            long setup = run.pair.outgoing.figures().orElseThrow().setupNanos();
            assertThat(TimeUnit.NANOSECONDS.toMillis(setup)).isBetween(2000L, 2100L);
            assertThat(primary(run.destination.side).plugged()).isTrue();
            assertThat(primary(run.pair.source).plugged()).isFalse();
            assertThat(run.destination.side.points().toString()).doesNotContain("failover-primary");
        }
    }

    /** The event is the guest's business, not the migration's: no capability is needed for it. */
    @Test
    void aQuickGuestIsNotWaitedFor() {
        try (ObservedMigration run =
                new ObservedMigration(
                        Profile.QEMU_10_2,
                        EnumSet.of(Capability.RETURN_PATH),
                        "failover-primary,id=a",
                        "failover-primary,id=b")) {
            run.migrate();
            assertThat(run.source())
                    .containsExactly("UNPLUG_PRIMARY(a)", "UNPLUG_PRIMARY(b)", "STOP");
            assertThat(run.pair.source.points()).doesNotContain("status(wait-unplug)");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"QEMU_7_2", "QEMU_10_2", "QEMU_11_1"})
    void aCancelWaitsForTheGuestToo(Profile profile) {
        try (ObservedMigration run = with(profile, SLOW)) {
            run.whenSourceIs(MigrationStatus.WAIT_UNPLUG, run::cancel);
            run.whenSourceIs(
                    MigrationStatus.CANCELLED,
                    () -> assertThat(primary(run.pair.source).plugged()).isTrue());
            run.migrate();
            assertThat(run.withoutPasses())
                    .containsExactly("setup", UNPLUG, "wait-unplug", "cancelling", "cancelled");
            List<String> points = run.pair.source.points();
            assertThat(points).endsWith("status(cancelled)", "plugged-back(nic)");
            assertThat(points).doesNotContain("status(active)");
            assertThat(primary(run.pair.source).plugged()).isTrue();
            assertThat(run.sourceState()).isEqualTo(RunState.RUNNING);
        }
    }

    /** A guest that never lets go keeps a cancelled migration for half a minute, no longer. */
    @Test
    void aStoppedGuestLetsGoOfNothingUntilItRuns() {
        try (ObservedMigration run = with(Profile.QEMU_10_2, SLOW)) {
            run.pauseGuest();
            run.pair.source.host.schedule(TimeUnit.SECONDS.toNanos(40), run::cancel);
            run.migrate();
            assertThat(run.withoutPasses())
                    .containsExactly("setup", UNPLUG, "wait-unplug", "cancelling", "cancelled");
            assertThat(primary(run.pair.source).plugged()).isTrue();
            long ended = TimeUnit.NANOSECONDS.toSeconds(run.pair.time.nowNanos()) - 1;
            assertThat(ended).isBetween(69L, 71L);
        }
        try (ObservedMigration run = with(Profile.QEMU_10_2, SLOW)) {
            run.pauseGuest();
            run.pair.source.host.schedule(
                    TimeUnit.SECONDS.toNanos(40),
                    () -> run.pair.source.hosted.guest().run().start(why -> {}));
            run.migrate();
            assertThat(run.withoutPasses())
                    .containsExactly(
                            "setup",
                            UNPLUG,
                            "wait-unplug",
                            "RESUME",
                            "active",
                            "STOP",
                            "device",
                            "completed");
            assertThat(seconds(run)).isBetween(41L, 43L);
        }
    }

    /** QEMU looks for errors only after wait-unplug, which is left for active alone. */
    @ParameterizedTest
    @CsvSource({
        "QEMU_7_2, 'active,failed'",
        "QEMU_10_2, 'active,failed'",
        "QEMU_11_1, 'active,failing,failed'"
    })
    void aFailureShowsWhenTheGuestHasLetGo(Profile profile, String expected) {
        try (ObservedMigration run = with(profile, SLOW)) {
            run.whenBothAreActive(run::cutMain).migrate();
            assertThat(String.join(",", run.withoutPasses()))
                    .isEqualTo("setup," + UNPLUG + ",wait-unplug," + expected);
            assertThat(seconds(run)).isEqualTo(2);
            assertThat(run.pair.outgoing.figures().orElseThrow().error().orElseThrow())
                    .contains("SHUT 1");
            assertThat(primary(run.pair.source).plugged()).isTrue();
            assertThat(run.sourceState()).isEqualTo(RunState.RUNNING);
            assertThat(run.destination()).containsExactly("setup", "active", "failed");
        }
    }

    @Test
    void aFailureThatWaitsCanStillBeCancelled() {
        try (ObservedMigration run = with(Profile.QEMU_10_2, SLOW)) {
            run.whenSourceIs(MigrationStatus.WAIT_UNPLUG, run::cutMain);
            run.pair.source.host.schedule(TimeUnit.SECONDS.toNanos(1), run::cancel);
            run.migrate();
            assertThat(run.withoutPasses())
                    .containsExactly("setup", UNPLUG, "wait-unplug", "cancelling", "cancelled");
            assertThat(primary(run.pair.source).plugged()).isTrue();
        }
    }

    @Test
    void aFailureAfterTheUnplugPlugsBack() {
        try (ObservedMigration run = with(Profile.QEMU_10_2, SLOW)) {
            run.whenSourceIs(MigrationStatus.DEVICE, run::cutMain).migrate();
            assertThat(run.withoutPasses()).endsWith("device", "failed", "RESUME");
            assertThat(run.pair.source.points()).endsWith("plugged-back(nic)");
        }
    }
}
