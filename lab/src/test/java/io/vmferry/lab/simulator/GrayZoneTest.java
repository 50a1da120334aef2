package io.vmferry.lab.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.ProtocolPoint;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.RunState;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/**
 * A break between the package and its PONG: the side that can take the lease owns the guest, and
 * the other one does not run it.
 */
class GrayZoneTest {

    private static final String SLOW_DEVICE = "virtio-net,load-time=200";
    private static final long LONG_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static ObservedMigration withSlowDevice() {
        return ObservedMigration.unlimitedPostcopy(0, SLOW_DEVICE);
    }

    private static Predicate<ProtocolPoint> reached(PointName<?> name) {
        return point -> point.name() == name;
    }

    private static SimulatedLink returnPath(ObservedMigration run) {
        return run.pair.network.carrying(ChannelRole.RETURN_PATH);
    }

    /** From the destination's LISTEN on the source hears nothing. */
    private static ObservedMigration whoseAnswersAreHeldBack() {
        ObservedMigration run = withSlowDevice();
        return run.atDestination(
                reached(PointName.LISTENING), () -> returnPath(run).stall(LONG_NANOS));
    }

    @Test
    void thePongCountsAlsoWhileTheMainChannelTakesNothing() {
        try (ObservedMigration run = withSlowDevice()) {
            run.atDestination(
                    reached(PointName.LISTENING), () -> run.main().peerEnd().stall(LONG_NANOS));
            boolean[] room = {true};
            run.atSource(
                    point -> point.toString().equals("pong(0x42)"),
                    () -> {
                        room[0] = run.main().writable();
                        run.destination.side.host.kill();
                    });
            run.migrate();
            assertThat(room[0]).as("room on the main channel").isFalse();
            assertThat(run.withoutPasses())
                    .endsWith("postcopy-device", "postcopy-active", "postcopy-paused");
            assertThat(run.sourceState()).isEqualTo(RunState.FINISH_MIGRATE);
        }
    }

    /** One that comes before the package says nothing about it. */
    @Test
    void aPongBeforeThePackageIsIgnored() {
        try (ObservedMigration run = ObservedMigration.unlimitedPostcopy(50, SLOW_DEVICE)) {
            run.whenSourceIs(MigrationStatus.ACTIVE, () -> run.sayBack("0002 0004 00000042"));
            run.atDestination(reached(PointName.LISTENING), run::cutMain).migrate();
            assertThat(run.pair.source.points())
                    .containsSubsequence("pong(0x42)", "status(device)");
            assertThat(run.withoutPasses()).endsWith("postcopy-device", "failed", "RESUME");
        }
    }

    @Test
    void theDestinationHasTheGuestThoughItsPongIsLost() {
        try (ObservedMigration run = whoseAnswersAreHeldBack()) {
            run.atDestination(reached(PointName.GUEST_STARTED), run::cutMain).migrate();
            assertThat(run.pair.source.points())
                    .contains("status(postcopy-paused)")
                    .doesNotContain("pong(0x42)");
            assertThat(run.withoutPasses())
                    .endsWith("postcopy-device", "postcopy-active", "postcopy-paused");
            assertThat(run.sourceState()).isEqualTo(RunState.FINISH_MIGRATE);
            assertThat(run.destinationState()).isEqualTo(RunState.RUNNING);
        }
    }

    @Test
    void aGuestThatHasRunElsewhereIsNotRunAgainInAnOldState() {
        try (ObservedMigration run = whoseAnswersAreHeldBack()) {
            run.atDestination(
                    reached(PointName.GUEST_STARTED), () -> run.destination.side.host.kill());
            run.migrate();
            assertThat(run.withoutPasses()).endsWith("postcopy-device", "failed");
            assertThat(run.sourceError())
                    .contains("the guest was the destination's and is lost with it");
            assertThat(run.sourceState()).isEqualTo(RunState.FINISH_MIGRATE);
        }
    }

    /** The destination has not detected the break, and continues loading up to RUN. */
    @Test
    void theDestinationDoesNotRunWhatTheSourceHasTakenBack() {
        // a device that looked into guest memory would wait for ever for a page of it
        try (ObservedMigration run =
                ObservedMigration.unlimitedPostcopy(0, SLOW_DEVICE + ",ring=off")) {
            run.atDestination(
                    reached(PointName.DEVICE_LOAD_STARTED),
                    () -> List.of(run.main(), returnPath(run)).forEach(SimulatedLink::seesReset));
            run.migrate();
            assertThat(run.destination.side.points())
                    .contains("command-received(PING)", "status(failed)")
                    .doesNotContain("pong-sent(0x42)", "guest-started");
            assertThat(run.destination.engine.figures().error().orElseThrow())
                    .isEqualTo(
                            "The guest may not run here: the simulated lease is held by another holder");
            assertThat(run.withoutPasses()).endsWith("postcopy-device", "failed", "RESUME");
            assertThat(run.sourceState()).isEqualTo(RunState.RUNNING);
        }
    }
}
