package io.vmferry.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.lease.Lease.LeaseStatus;
import io.vmferry.machine.lease.ScriptedLease;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.source.outgoing.OutgoingFigures;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class OutgoingTextTest {

    private static OutgoingFigures figures(
            MigrationStatus status, long remainingBytes, int throttle, Optional<String> error) {
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
                        0);
        return new OutgoingFigures(
                status,
                2_000_000_000L,
                500_000_000L,
                42_000_000L,
                parts,
                300,
                ram,
                remainingBytes,
                OptionalLong.empty(),
                throttle,
                error);
    }

    @Test
    void progressIsOneLine() {
        String line =
                OutgoingText.progress(
                        figures(MigrationStatus.ACTIVE, 4 << 20, 20, Optional.empty()));
        assertThat(line)
                .hasLineCount(1)
                .startsWith("pass 3 [####....] 4.00 MiB left")
                .contains("11.9 MiB/s")
                .contains("dirty 20.0 k pages/s")
                .contains("downtime ~300 ms")
                .endsWith("throttle 20 %");
    }

    @Test
    void anotherStatusThanActiveIsNamed() {
        assertThat(progress(MigrationStatus.PRE_SWITCHOVER)).startsWith("pre-switchover [");
        assertThat(progress(MigrationStatus.SETUP)).isEqualTo("setup, connecting");
    }

    private static String progress(MigrationStatus status) {
        return OutgoingText.progress(figures(status, 4 << 20, 0, Optional.empty()));
    }

    @Test
    void theVerdictSaysWhatTheDowntimeWasSpentOn() {
        String text =
                OutgoingText.verdict(
                        figures(MigrationStatus.COMPLETED, 0, 0, Optional.empty()), "it is gone");
        assertThat(text)
                .startsWith("migration completed: it is gone")
                .contains("total      2.00 s, setup 500 ms")
                .contains("42.0 ms (remaining RAM 30.0 ms, device state 12.0 ms)")
                .contains("sent       3.00 MiB at 2.00 MiB/s")
                .contains("768 with content, 100 of zeros, 3 dirty syncs")
                .doesNotContain("reason");
    }

    @Test
    void aFailureHasAReason() {
        assertThat(
                        OutgoingText.verdict(
                                figures(MigrationStatus.FAILED, 0, 0, Optional.of("cut")),
                                "it is here"))
                .contains("migration failed: it is here")
                .contains("reason     cut");
    }

    @Test
    void aPausedPostcopyTellsHowMuchIsOnlyHere() {
        assertThat(
                        OutgoingText.verdict(
                                figures(
                                        MigrationStatus.POSTCOPY_PAUSED,
                                        3 << 20,
                                        0,
                                        Optional.of("cut")),
                                "it is there"))
                .contains("migration postcopy-paused: it is there")
                .contains("missing    3.00 MiB of the guest's memory are only here");
    }

    @Test
    void theLeaseTellsWhatHasBecomeOfAPausedGuest() {
        assertThat(fate(LeaseStatus.ABANDONED)).contains("is lost with it").endsWith("lease L");
        assertThat(fate(LeaseStatus.HELD_ELSEWHERE)).contains("runs at the destination");
        assertThat(fate(LeaseStatus.UNCLAIMED)).contains("has not: nobody has taken lease L");
        assertThat(fate(LeaseStatus.UNKNOWN)).contains("lost if that has ended");
    }

    private static String fate(LeaseStatus where) {
        return OutgoingText.pausedFate(where, new ScriptedLease());
    }
}
