package io.vmferry.lab.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.RunState;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The measures of postcopy that keep the pauses of the guest short and rare. */
class PostcopyPaceTest {

    @Test
    void mostDiscardsAreSentWhileTheGuestRuns() {
        try (ObservedMigration run = ObservedMigration.laterPostcopy(Profile.QEMU_10_2)) {
            List<RunState> states = new ArrayList<>();
            List<Long> told = new ArrayList<>();
            run.pair.source.probe(point -> {
                if (point.name() == PointName.DISCARDS_AHEAD) {
                    states.add(run.sourceState());
                }
                point.argument(PointName.DISCARDS_AHEAD).ifPresent(told::add);
                point.argument(PointName.DISCARDS_SENT).ifPresent(told::add);
            });
            run.migrate();
            assertThat(run.pair.outgoing.status()).isEqualTo(MigrationStatus.COMPLETED);
            assertThat(states).isNotEmpty().containsOnly(RunState.RUNNING);
            assertThat(told.getFirst()).isGreaterThan(told.getLast() / 2);
            assertThat(run.pair.source.points())
                    .containsSubsequence("pong(0x5)", "guest-stopped", "pong(0x2)");
        }
    }

    /** Nobody may be made to wait for a PONG after few discards. */
    @Test
    void fewDiscardsAreNotSentAhead() {
        try (ObservedMigration run =
                ObservedMigration.unlimitedPostcopy(0, "virtio-net,load-time=20").migrate()) {
            assertThat(run.pair.outgoing.status()).isEqualTo(MigrationStatus.COMPLETED);
            assertThat(run.pair.source.points())
                    .doesNotContain("pong(0x5)")
                    .noneMatch(point -> point.startsWith("discards-ahead"));
        }
    }

    /** Four portions are what the network of the test needs: 200 us there and back. */
    @Test
    void littleOfTheBackgroundIsInTransitWhileAVcpuWaits() {
        try (ObservedMigration run =
                ObservedMigration.unlimitedPostcopy(0, "virtio-net,load-time=200")) {
            int[] unanswered = new int[1];
            int[] most = new int[1];
            run.pair.source.probe(point -> {
                switch (point.toString()) {
                    case "command-sent(PING)" -> unanswered[0]++;
                    case "pong(0x6)" -> unanswered[0]--;
                    default -> {
                        if (point.name() == PointName.PACKAGE_SENT) {
                            unanswered[0] = 0;
                        }
                    }
                }
                most[0] = Math.max(most[0], unanswered[0]);
            });
            run.migrate();
            assertThat(run.pair.outgoing.status()).isEqualTo(MigrationStatus.COMPLETED);
            assertThat(run.pair.source.points()).contains("pong(0x6)");
            assertThat(most[0]).isEqualTo(4);
        }
    }
}
