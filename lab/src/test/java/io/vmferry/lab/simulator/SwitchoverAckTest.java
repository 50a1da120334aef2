package io.vmferry.lab.simulator;

import static org.assertj.core.api.Assertions.assertThat;

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

/** The effect of capability switchover-ack on the order of events and on the downtime. */
class SwitchoverAckTest {

    private static final String SLOW = "vfio,state-size=64K,initial-size=16K,prealloc-time=800";
    private static final String SLOWER = "vfio,state-size=64K,prealloc-time=1500";

    private static ObservedMigration migration(Profile profile, boolean ack, String... devices) {
        EnumSet<Capability> on = EnumSet.of(Capability.EVENTS, Capability.RETURN_PATH);
        if (ack) {
            on.add(Capability.SWITCHOVER_ACK);
        }
        return new ObservedMigration(profile, on, devices);
    }

    private static long downtimeMillis(ObservedMigration run) {
        return TimeUnit.NANOSECONDS.toMillis(
                run.pair.outgoing.figures().orElseThrow().downtimeNanos());
    }

    private static int at(List<String> points, String point) {
        assertThat(points).contains(point);
        return points.indexOf(point);
    }

    @ParameterizedTest
    @EnumSource(names = {"QEMU_8_2", "QEMU_10_2", "QEMU_11_1"})
    void takesThePreparationOutOfTheDowntime(Profile profile) {
        try (ObservedMigration without = migration(profile, false, SLOW);
                ObservedMigration with = migration(profile, true, SLOW)) {
            without.migrate();
            with.migrate();
            assertThat(downtimeMillis(without)).isGreaterThan(800);
            assertThat(downtimeMillis(with)).isLessThan(100);
            assertThat(with.withoutPasses()).isEqualTo(without.withoutPasses());
            assertThat(with.destinationState()).isEqualTo(RunState.RUNNING);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "QEMU_8_2, 'switchover-ack(0)'",
        "QEMU_10_2, 'switchover-ack(0)'",
        "QEMU_11_1, 'switchover-ack(1),switchover-ack(0)'"
    })
    void switchesOverWhenTheLastDeviceIsReady(Profile profile, String acks) {
        try (ObservedMigration run = migration(profile, true, SLOW, SLOWER)) {
            run.migrate();
            List<String> source = run.pair.source.points();
            assertThat(source.stream().filter(p -> p.startsWith("switchover-ack")))
                    .containsExactly(acks.split(","));
            assertThat(at(source, "switchover-ack(0)"))
                    .isLessThan(at(source, "switchover-started"));
            List<String> destination = run.destination.side.points();
            assertThat(at(destination, "device-approved(0000:00:02.0/vfio)"))
                    .isLessThan(at(destination, "device-approved(0000:00:03.0/vfio)"));
            long total = run.pair.outgoing.figures().orElseThrow().totalNanos();
            assertThat(TimeUnit.NANOSECONDS.toMillis(total)).isBetween(1500L, 2000L);
        }
    }

    /** One that sends no acknowledgement for nothing, and one that does. */
    @ParameterizedTest
    @CsvSource({"QEMU_8_2, 1", "QEMU_10_2, 1", "QEMU_11_1, 0"})
    void withoutDevicesTheSourceDoesNotWait(Profile profile, int acks) {
        try (ObservedMigration run = migration(profile, true, "virtio-net")) {
            run.migrate();
            assertThat(run.pair.source.points().stream().filter(p -> p.equals("switchover-ack(0)")))
                    .hasSize(acks);
            assertThat(run.withoutPasses()).endsWith("completed");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"QEMU_10_2", "QEMU_11_1"})
    void aStoppedGuestIsNotKeptWaiting(Profile profile) {
        try (ObservedMigration run = migration(profile, true, SLOWER)) {
            run.pauseGuest();
            run.migrate();
            assertThat(run.withoutPasses())
                    .containsExactly("setup", "active", "device", "completed");
            assertThat(at(run.pair.source.points(), "guest-stopped")).isPositive();
            // what was not prepared ahead is prepared after the stop
            assertThat(downtimeMillis(run)).isGreaterThan(1000);
        }
    }

    /** A link that is not silent, and a source that does not spin. */
    @Test
    void sendsAPartPerWindowWhileItWaits() {
        try (ObservedMigration run =
                migration(Profile.QEMU_10_2, true, "vfio,state-size=1K,prealloc-time=60s")) {
            long[] sent = new long[2];
            run.pair.source.host.schedule(
                    TimeUnit.SECONDS.toNanos(20),
                    () -> {
                        run.pair.source.hosted.guest().run().stop(RunState.PAUSED, () -> {});
                    });
            run.pair.source.host.schedule(
                    TimeUnit.SECONDS.toNanos(10), () -> sent[0] = transferred(run));
            run.pair.source.host.schedule(
                    TimeUnit.SECONDS.toNanos(19), () -> sent[1] = transferred(run));
            run.migrate();
            assertThat(sent[1]).isGreaterThan(sent[0]);
            assertThat(run.passes().size()).isBetween(190, 215);
        }
    }

    private static long transferred(ObservedMigration run) {
        return run.pair.outgoing.figures().orElseThrow().ram().transferredBytes();
    }

    @Test
    void isCancelledWhileItWaits() {
        try (ObservedMigration run = migration(Profile.QEMU_11_1, true, SLOWER)) {
            run.pair.source.host.schedule(TimeUnit.SECONDS.toNanos(1), run::cancel);
            run.migrate();
            assertThat(run.withoutPasses())
                    .containsExactly("setup", "active", "cancelling", "cancelled");
            assertThat(run.sourceState()).isEqualTo(RunState.RUNNING);
        }
    }

    /** The approvals of a former migration do not count for the next. */
    @Test
    void everyMigrationWaitsAnew() throws Exception {
        try (ObservedMigration run = migration(Profile.QEMU_11_1, true, SLOW)) {
            run.whenSourceIs(MigrationStatus.DEVICE, run::cutMain).migrate();
            assertThat(run.withoutPasses()).endsWith("failed");
            int first = run.pair.source.points().size();
            run.destination.side.host.kill();
            var second = run.pair.destination("second");
            run.pair.migrateTo(second);
            run.pair.time.runUntil(
                    () -> run.pair.outgoing.status().terminal(),
                    run.pair.time.nowNanos() + TimeUnit.MINUTES.toNanos(5));
            List<String> points = run.pair.source.points();
            List<String> again = points.subList(first, points.size());
            assertThat(at(again, "switchover-ack(0)")).isLessThan(at(again, "switchover-started"));
            assertThat(downtimeMillis(run)).isLessThan(100);
            second.side.hosted.close();
        }
    }
}
