package io.vmferry.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.lease.Lease.LeaseStatus;
import io.vmferry.machine.lease.ScriptedLease;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.source.outgoing.OutgoingFigures;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class OutgoingTextTest {

    private static OutgoingFigures figures(
            MigrationStatus status, long remainingBytes, int throttle, Optional<String> error) {
        return figures(status, remainingBytes, throttle, error, 0);
    }

    private static OutgoingFigures figures(
            MigrationStatus status,
            long remainingBytes,
            int throttle,
            Optional<String> error,
            long pausedNanos) {
        Map<String, Long> parts = new LinkedHashMap<>();
        parts.put("remaining RAM", 30_000_000L);
        parts.put("device state", 12_000_000L);
        OutgoingFigures.RamFigures ram =
                new OutgoingFigures.RamFigures(
                        3 << 20,
                        remainingBytes,
                        8 << 20,
                        100,
                        768,
                        20_000,
                        100,
                        12_500_000,
                        3,
                        0,
                        3000,
                        2 << 20,
                        1 << 20,
                        0,
                        0,
                        List.of(),
                        OutgoingFigures.XbzrleFigures.NONE);
        return new OutgoingFigures(
                status,
                2_000_000_000L,
                500_000_000L,
                42_000_000L,
                parts,
                pausedNanos,
                300,
                ram,
                remainingBytes,
                OptionalLong.empty(),
                throttle,
                false,
                error);
    }

    private static String progress(MigrationStatus status, int throttle) {
        return OutgoingText.progress(figures(status, 4 << 20, throttle, Optional.empty())).all();
    }

    @Test
    void progressSaysHowFastAndHowLong() {
        assertThat(progress(MigrationStatus.PRE_SWITCHOVER, 0))
                .isEqualTo(
                        "pre-switchover, 50%, 4.00 MiB left, 11.9 MiB/s, dirty 78.1 MiB/s,"
                                + " downtime ~300 ms, 0:02 elapsed, ETA 0:00");
        assertThat(progress(MigrationStatus.POSTCOPY_ACTIVE, 0))
                .isEqualTo(
                        "postcopy-active, 50%, 4.00 MiB left, 11.9 MiB/s, 0 pages asked for,"
                                + " 0:02 elapsed, ETA 0:00");
        assertThat(progress(MigrationStatus.SETUP, 0)).isEqualTo("setup, connecting, 0:02 elapsed");
    }

    /** Its guest writes faster than the link carries. */
    @Test
    void aPassThatDoesNotConvergeHasNoEnd() {
        assertThat(progress(MigrationStatus.ACTIVE, 20))
                .startsWith("pass 3, 50%, ")
                .contains("throttle 20 %")
                .endsWith("ETA unknown");
    }

    @Test
    void theFirstPassHasNoDirtyRateYet() {
        OutgoingFigures.RamFigures ram =
                new OutgoingFigures.RamFigures(
                        0,
                        1 << 20,
                        2 << 20,
                        0,
                        0,
                        0,
                        0,
                        1 << 20,
                        1,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        List.of(),
                        OutgoingFigures.XbzrleFigures.NONE);
        OutgoingFigures figures =
                new OutgoingFigures(
                        MigrationStatus.ACTIVE,
                        0,
                        0,
                        0,
                        Map.of(),
                        0,
                        300,
                        ram,
                        0,
                        OptionalLong.empty(),
                        0,
                        false,
                        Optional.empty());
        assertThat(OutgoingText.progress(figures).all())
                .isEqualTo(
                        "pass 1, 50%, 1.00 MiB left, 1.00 MiB/s, dirty rate being measured, 0:00 elapsed,"
                                + " ETA 0:01");
    }

    /** What is sent does not end the downtime of a guest that stays. */
    @Test
    void theDowntimeOfAPostcopyEndsWithTheDevicesIfTheGuestMoves() {
        assertThat(downtime(MigrationStatus.POSTCOPY_PAUSED))
                .endsWith("until the devices were sent");
        assertThat(downtime(MigrationStatus.FAILED)).isEqualTo("downtime   5.00 ms");
    }

    private static String downtime(MigrationStatus status) {
        OutgoingFigures.RamFigures ram =
                new OutgoingFigures.RamFigures(
                        0,
                        1 << 20,
                        2 << 20,
                        0,
                        0,
                        0,
                        0,
                        1 << 20,
                        1,
                        0,
                        0,
                        0,
                        0,
                        1 << 20,
                        0,
                        List.of(),
                        OutgoingFigures.XbzrleFigures.NONE);
        OutgoingFigures figures =
                new OutgoingFigures(
                        status,
                        9_000_000,
                        0,
                        5_000_000,
                        Map.of(),
                        0,
                        300,
                        ram,
                        0,
                        OptionalLong.empty(),
                        0,
                        false,
                        Optional.empty());
        return OutgoingText.details(figures).stream()
                .filter(line -> line.startsWith("downtime"))
                .findFirst()
                .orElseThrow();
    }

    /** The two that people look for first are there on a narrow terminal, too. */
    @Test
    void narrowTerminalsShowWhatMattersMost() {
        assertThat(
                        OutgoingText.progress(
                                        figures(
                                                MigrationStatus.ACTIVE,
                                                4 << 20,
                                                0,
                                                Optional.empty()))
                                .fit(38))
                .isEqualTo("pass 3 50% 11.9 MiB/s ETA unknown");
    }

    private static List<String> details(MigrationStatus status, long remaining, long pausedNanos) {
        return OutgoingText.details(figures(status, remaining, 0, Optional.empty(), pausedNanos));
    }

    @Test
    void theDetailsSayWhatTheDowntimeWasSpentOn() {
        assertThat(details(MigrationStatus.COMPLETED, 0, 0))
                .containsExactly(
                        "total      2.00 s, setup 500 ms",
                        "downtime   42.0 ms (remaining RAM 30.0 ms, device state 12.0 ms)",
                        "sent       3.00 MiB at 2.00 MiB/s",
                        "pages      768 with content, 100 zero, 3 dirty syncs");
    }

    @Test
    void theRateIsThatOfTheTimeInWhichSomethingWasSent() {
        assertThat(details(MigrationStatus.COMPLETED, 0, 500_000_000L))
                .contains("total      2.00 s, setup 500 ms, paused 500 ms")
                .contains("sent       3.00 MiB at 3.00 MiB/s");
    }

    /** A source that could not connect. */
    @Test
    void nothingIsSaidAboutWhatHasNotBegun() {
        OutgoingFigures nothing =
                new OutgoingFigures(
                        MigrationStatus.FAILED,
                        3_000_000,
                        0,
                        0,
                        Map.of(),
                        0,
                        0,
                        new OutgoingFigures.RamFigures(
                                0,
                                0,
                                1 << 20,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                List.of(),
                                OutgoingFigures.XbzrleFigures.NONE),
                        0,
                        OptionalLong.empty(),
                        0,
                        false,
                        Optional.of("Connection refused"));
        assertThat(OutgoingText.details(nothing)).containsExactly("total      3.00 ms");
    }

    @Test
    void aPausedPostcopyTellsHowMuchIsOnlyHere() {
        assertThat(details(MigrationStatus.POSTCOPY_PAUSED, 3 << 20, 0))
                .contains("missing    3.00 MiB of the guest's memory are only here");
    }

    @Test
    void theLeaseTellsWhatHasBecomeOfAPausedGuest() {
        assertThat(fate(LeaseStatus.ABANDONED)).contains("is lost with it").endsWith("lease L");
        assertThat(fate(LeaseStatus.HELD_ELSEWHERE)).contains("runs at the destination");
        assertThat(fate(LeaseStatus.UNCLAIMED)).contains("does not yet: nobody has taken lease L");
        assertThat(fate(LeaseStatus.UNKNOWN))
                .contains("recover the migration, unless that process");
    }

    private static String fate(LeaseStatus where) {
        return OutgoingText.pausedFate(where, new ScriptedLease());
    }
}
