package io.vmferry.lab.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.source.outgoing.OutgoingFigures;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The figures and the expected downtime of a source before the switch to postcopy. */
class PostcopyFiguresTest {

    private static final long ASKED_AFTER_MILLIS = 2000;

    private static OutgoingFigures figures(ObservedMigration run) {
        return run.pair.outgoing.figures().orElseThrow();
    }

    /** As a real one does that may send 1 MiB/s: some 20 syncs in 2 s. */
    @Test
    void theNewestSynchronisesInEachWindow() {
        try (ObservedMigration run =
                ObservedMigration.slowPostcopy(Profile.QEMU_11_1, ASKED_AFTER_MILLIS)) {
            run.migrate();
            assertThat(run.passes()).hasSizeBetween(19, 22).startsWith("MIGRATION_PASS(2)");
            assertThat(figures(run).ram().dirtySyncCount()).isEqualTo(run.passes().size() + 1);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"QEMU_7_2", "QEMU_10_2"})
    void theOthersSynchroniseWhenTheyBegin(Profile profile) {
        try (ObservedMigration run = ObservedMigration.slowPostcopy(profile, ASKED_AFTER_MILLIS)) {
            run.migrate();
            // once in setup, once after the stop
            assertThat(run.passes()).containsExactly("MIGRATION_PASS(1)", "MIGRATION_PASS(2)");
        }
    }

    @Test
    void theDowntimeIsForeseenAtEachSync() {
        try (ObservedMigration run =
                ObservedMigration.slowPostcopy(Profile.QEMU_11_1, ASKED_AFTER_MILLIS)) {
            List<OutgoingFigures> seen = new ArrayList<>();
            run.pair.source.host.schedule(
                    TimeUnit.MILLISECONDS.toNanos(50), () -> seen.add(figures(run)));
            run.pair.source.host.schedule(
                    TimeUnit.MILLISECONDS.toNanos(1050), () -> seen.add(figures(run)));
            run.migrate();
            assertThat(seen.getFirst().expectsDowntimeToEnd()).isFalse();
            OutgoingFigures later = seen.getLast();
            assertThat(later.expectedDowntimeMillis())
                    .isEqualTo(later.pendingBytes() * 1000 / later.ram().bytesPerSecond());
            assertThat(later.pendingBytes())
                    .as("of when the iteration began")
                    .isGreaterThan(later.ram().remainingBytes());
        }
    }

    @Test
    void nothingRemainsAtTheEnd() {
        try (ObservedMigration run =
                ObservedMigration.slowPostcopy(Profile.QEMU_11_1, ASKED_AFTER_MILLIS)) {
            run.atSource(
                    point -> point.name() == PointName.EOF_SENT,
                    () -> assertThat(figures(run).pendingBytes()).isZero());
            run.migrate();
            assertThat(run.withoutPasses()).endsWith("completed");
        }
    }
}
