package io.vmferry.lab.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.ProtocolPoint;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.RunState;
import io.vmferry.source.outgoing.channel.MigrateArguments;
import io.vmferry.source.outgoing.channel.MigrateArguments.ReturnPathMode;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A lease that is full, slow, deleted or taken by force: the guest is neither lost nor doubled. */
class LeaseTroubleTest {

    private static final String FULL =
            "The guest may not run here: the simulated lease cannot be used: No space left on device";

    private static Predicate<ProtocolPoint> reached(PointName<?> name) {
        return point -> point.name() == name;
    }

    private static long seconds(int count) {
        return TimeUnit.SECONDS.toNanos(count);
    }

    private static void wait(ObservedMigration run, long nanos) {
        long until = run.pair.time.nowNanos() + nanos;
        run.pair.time.schedule(nanos, () -> {});
        run.pair.time.runUntil(() -> false, until);
    }

    // ---- full

    @Test
    void aFullLeaseOfAPostcopyGivesTheGuestBackToTheSourceAsSoonAsItCanHaveIt() {
        try (ObservedMigration run = ObservedMigration.unlimitedPostcopy(0)) {
            run.atSource(reached(PointName.PACKAGE_SENT), () -> run.pair.lease.full(seconds(5)));
            run.migrate();
            assertThat(run.destination.side.points())
                    .contains("status(failed)")
                    .doesNotContain("pong-sent(0x42)", "guest-started");
            assertThat(run.destination.engine.figures().error()).hasValue(FULL);
            assertThat(run.pair.outgoing.status()).isEqualTo(MigrationStatus.POSTCOPY_PAUSED);
            assertThat(run.pair.outgoing.awaitsLease()).isTrue();
            assertThat(run.sourceState()).isEqualTo(RunState.FINISH_MIGRATE);
            assertThat(run.sourceError()).contains("the simulated lease cannot be used: No space");

            run.toTheEnd();
            assertThat(run.withoutPasses())
                    .endsWith(
                            "postcopy-device",
                            "postcopy-active",
                            "postcopy-paused",
                            "failed",
                            "RESUME");
            assertThat(run.sourceState()).isEqualTo(RunState.RUNNING);
            assertThat(run.sourceError()).doesNotContain("No space");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Profile.class,
            names = {"QEMU_7_2", "QEMU_11_1"})
    void aFullLeaseOfAPrecopyGivesTheGuestBackToTheSource(Profile profile) {
        try (ObservedMigration run = ObservedMigration.with(profile)) {
            run.atSource(reached(PointName.EOF_SENT), () -> run.pair.lease.full(seconds(5)));
            run.migrate();
            wait(run, seconds(6));
            assertThat(run.destination.engine.figures().error()).hasValue(FULL);
            assertThat(run.pair.outgoing.status()).isEqualTo(MigrationStatus.FAILED);
            assertThat(run.withoutPasses()).contains("RESUME");
            assertThat(run.sourceState()).isEqualTo(RunState.RUNNING);
        }
    }

    /** QEMU before 10.2 leaves the guest to the destination with the package. */
    @Test
    void aFullLeaseLeavesAGuestPausedWhereItHasToStay() {
        try (ObservedMigration run = ObservedMigration.postcopy(Profile.QEMU_9_2, Set.of())) {
            run.atSource(reached(PointName.PACKAGE_SENT), () -> run.pair.lease.full(seconds(5)));
            run.migrate();
            assertThat(run.pair.outgoing.status()).isEqualTo(MigrationStatus.COMPLETED);
            assertThat(run.destinationState()).isEqualTo(RunState.PAUSED);
            wait(run, seconds(6));
            run.destination.side.hosted.guest().run().start(why -> {});
            wait(run, seconds(1));
            assertThat(run.destinationState()).isEqualTo(RunState.RUNNING);
            new OutcomeCheck(run.pair, run.destination).checkArrival();
        }
    }

    // ---- slow

    /** Neither working nor ended: what is asked and what breaks meanwhile changes nothing. */
    @Test
    void whileTheLeaseIsAskedNothingElseDecides() {
        try (ObservedMigration run =
                ObservedMigration.unlimitedPostcopy(0, "virtio-net,load-time=200,ring=off")) {
            run.atDestination(
                    reached(PointName.DEVICE_LOAD_STARTED),
                    () -> {
                        run.pair.lease.respondsIn(seconds(10));
                        run.main().cut();
                        run.pair.source.host.schedule(seconds(2), () -> settling(run));
                    });
            run.migrate();
            assertThat(run.withoutPasses()).endsWith("postcopy-device", "failed", "RESUME");
            assertThat(run.sourceState()).isEqualTo(RunState.RUNNING);
        }
    }

    private static void settling(ObservedMigration run) {
        assertThat(run.pair.outgoing.awaitsLease()).isTrue();
        assertThat(run.pair.outgoing.working()).isFalse();
        assertThat(run.pair.outgoing.running()).isTrue();
        assertThat(run.pair.outgoing.status()).isEqualTo(MigrationStatus.POSTCOPY_DEVICE);
        assertThatThrownBy(run.pair.outgoing::cancel)
                .hasMessage("Postcopy migration in progress, cannot cancel.");
        assertThatThrownBy(run.pair.outgoing::requirePossible)
                .hasMessage("There's a migration process in progress");
        assertThatThrownBy(run.pair.outgoing::requirePaused)
                .hasMessage("Cannot resume if there is no paused migration");
        run.pair.outgoing.pause();
        run.pair.network.carrying(ChannelRole.RETURN_PATH).cut();
        assertThat(run.pair.outgoing.status()).isEqualTo(MigrationStatus.POSTCOPY_DEVICE);
    }

    @Test
    void nothingThatLetsTheDestinationRunLeavesBeforeItsDisksAreFree() {
        try (ObservedMigration run = ObservedMigration.unlimitedPostcopy(0)) {
            run.atSource(
                    reached(PointName.SWITCHOVER_STARTED),
                    () -> run.pair.lease.respondsIn(seconds(10)));
            run.atSource(
                    reached(PointName.GUEST_STOPPED),
                    () ->
                            run.pair.source.host.schedule(
                                    seconds(5),
                                    () ->
                                            assertThat(run.pair.source.points())
                                                    .doesNotContain(
                                                            "command-sent(SWITCHOVER_START)",
                                                            "package-sent")));
            run.migrate();
            assertThat(run.pair.outgoing.status()).isEqualTo(MigrationStatus.COMPLETED);
        }
    }

    /** A manager that reads that the migration has failed asks next whether the guest runs. */
    @ParameterizedTest
    @EnumSource(Profile.class)
    void whoReadsThatAMigrationHasFailedFindsTheGuestRunning(Profile profile) {
        try (ObservedMigration run = ObservedMigration.with(profile)) {
            boolean[] runs = new boolean[1];
            run.whenSourceIs(MigrationStatus.FAILED, () -> runs[0] = run.pair.source.runsGuest());
            run.atSource(
                    reached(PointName.EOF_SENT),
                    () -> {
                        run.pair.lease.respondsIn(seconds(2));
                        run.main().cut();
                    });
            run.migrate();
            assertThat(run.pair.outgoing.status()).isEqualTo(MigrationStatus.FAILED);
            assertThat(runs).containsExactly(true);
        }
    }

    // ---- deleted

    /** Until the owner has made it again it says nothing, and nothing is no permission. */
    @Test
    void aDeletedLeaseOfARunningGuestIsNotFreeForOthers() throws QmpException {
        try (ObservedMigration run =
                ObservedMigration.unlimitedPostcopy(0, "virtio-net,load-time=200")) {
            run.pair.lease.respondsIn(100_000);
            run.atDestination(
                    reached(PointName.LISTENING),
                    () -> run.pair.network.carrying(ChannelRole.RETURN_PATH).stall(seconds(10)));
            run.atDestination(
                    reached(PointName.GUEST_STARTED),
                    () -> {
                        run.pair.lease.vanish();
                        run.main().cut();
                    });
            run.migrate();
            wait(run, seconds(3));
            assertThat(run.pair.outgoing.status()).isEqualTo(MigrationStatus.POSTCOPY_PAUSED);
            assertThat(run.pair.outgoing.awaitsLease()).isFalse();
            assertThat(run.sourceState()).isEqualTo(RunState.FINISH_MIGRATE);
            assertThat(run.destinationState()).isEqualTo(RunState.RUNNING);

            MigrationAddress address = new MigrationAddress.Tcp("recovery", 1);
            run.destination.engine.recover(address, bound -> {}, SimulatedPair.refused());
            run.pair.outgoing.resume(new MigrateArguments(address, ReturnPathMode.CHANNEL));
            run.toTheEnd();
            assertThat(run.pair.outgoing.status()).isEqualTo(MigrationStatus.COMPLETED);
        }
    }

    // ---- taken by force

    @Test
    void aGuestWhoseLeaseAnOutsiderReplacesIsStopped() {
        try (ObservedMigration run = ObservedMigration.with(Profile.DEFAULT)) {
            run.pair.lease.force(seconds(10));
            wait(run, seconds(2));
            assertThat(run.withoutPasses()).containsExactly("STOP");
            assertThat(run.sourceState()).isEqualTo(RunState.PAUSED);
            assertThat(run.pair.source.hosted.guest().run().refusal())
                    .hasValue("the simulated lease is lost, an outsider has it");
        }
    }
}
