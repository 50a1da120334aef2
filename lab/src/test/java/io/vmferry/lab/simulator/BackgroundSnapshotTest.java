package io.vmferry.lab.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.telemetry.ProtocolPoint;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.status.MigrationStatus;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Background snapshots of guests that write all the while: what is saved is one moment of them. */
class BackgroundSnapshotTest {

    private static final int SEEDS = 80;

    /** A guest that is slow to be saved, so that many of its stores have to wait. */
    private static final long SLOW = 5;

    private static List<String> events(SnapshotRun run) {
        return run.pair.source.events.stream()
                .map(e -> e.replaceAll("^MIGRATION\\((.*)\\)$", "$1"))
                .toList();
    }

    /** Does something as soon as a point is reached for the first time. */
    private static void at(SnapshotRun run, String point, Runnable action) {
        boolean[] done = {false};
        run.pair.source.probe((ProtocolPoint reached) -> {
            if (!done[0] && reached.toString().startsWith(point)) {
                done[0] = true;
                run.pair.source.host.execute(action);
            }
        });
    }

    @ParameterizedTest
    @EnumSource(Profile.class)
    void theGuestPausesForAMomentAndRunsOn(Profile profile) throws Exception {
        try (SnapshotRun run = new SnapshotRun(SLOW, profile)) {
            assertThat(run.make()).isEqualTo(MigrationStatus.COMPLETED);
            assertThat(events(run))
                    .containsExactly("setup", "active", "STOP", "RESUME", "completed");
            assertThat(run.pair.source.points()).anyMatch(p -> p.startsWith("store-held"));
            run.requireOneMoment();
        }
    }

    @Test
    void everyDrawnOneSavesOneMomentOrLeavesTheGuestRunning() {
        for (long seed = 0; seed < SEEDS; seed++) {
            SnapshotRun.run(seed);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"header-sent", "guest-stopped", "guest-resumed", "store-held", "eof-sent"})
    void aCancelLeavesTheGuestRunning(String point) throws Exception {
        try (SnapshotRun run = new SnapshotRun(SLOW, Profile.QEMU_11_1)) {
            at(run, point, run::cancel);
            assertThat(run.make()).isEqualTo(MigrationStatus.CANCELLED);
            assertThat(events(run)).endsWith("cancelled").contains("cancelling");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"header-sent", "guest-stopped", "guest-resumed", "store-held", "eof-sent"})
    void aBrokenFileLeavesTheGuestRunning(String point) throws Exception {
        try (SnapshotRun run = new SnapshotRun(SLOW, Profile.QEMU_11_1)) {
            at(run, point, run.file::fail);
            assertThat(run.make()).isEqualTo(MigrationStatus.FAILED);
            assertThat(events(run)).endsWith("failing", "failed");
        }
    }

    @Test
    void anotherOneCanFollow() throws Exception {
        try (SnapshotRun run = new SnapshotRun(SLOW, Profile.QEMU_11_1)) {
            run.make();
            run.make();
            run.requireOneMoment();
        }
    }
}
