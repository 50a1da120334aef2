package io.vmferry.dest;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.dest.incoming.IncomingFigures;
import io.vmferry.machine.paging.FaultLatency;
import io.vmferry.protocol.status.MigrationStatus;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class IncomingTextTest {

    private static final long SECOND = 1_000_000_000L;

    private static IncomingFigures figures(MigrationStatus status, long pages) {
        return new IncomingFigures(
                status,
                List.of(),
                true,
                Optional.of("h:1"),
                4 << 20,
                Map.of(),
                0,
                pages,
                0,
                1,
                0,
                1,
                Optional.empty(),
                Optional.empty());
    }

    private static String progress(MigrationStatus status, long pages) {
        return IncomingText.progress(figures(status, pages), 2 * SECOND, 1024, 2048, 2 << 20).all();
    }

    @Test
    void theFirstPassKnowsWhatIsLeft() {
        assertThat(progress(MigrationStatus.ACTIVE, 1024))
                .isEqualTo("pass 1, 50%, 4.00 MiB received, 2.00 MiB/s, 0:02 elapsed, ETA 0:02");
    }

    @Test
    void aLaterPassDoesNot() {
        assertThat(progress(MigrationStatus.ACTIVE, 1025))
                .isEqualTo("pass 2+, 4.00 MiB received, 2.00 MiB/s, 0:02 elapsed");
    }

    @Test
    void aPostcopyKnowsWhatIsMissing() {
        assertThat(progress(MigrationStatus.POSTCOPY_ACTIVE, 1030))
                .isEqualTo(
                        "postcopy-active, 50%, 4.00 MiB received, 2.00 MiB/s, 1 page awaited,"
                                + " 0:02 elapsed, ETA 0:02");
    }

    @Test
    void aDeviceThatTheSourceDoesNotHaveKeepsItsState() {
        assertThat(IncomingText.missingDevice("virtio-net"))
                .isEqualTo(
                        "Device virtio-net was not in the stream: the source has none, it keeps its"
                                + " initial state");
    }

    /** The rate is that of the time in which something could come. */
    @Test
    void theDetailsLeaveOutThePause() {
        List<String> details =
                IncomingText.arrivedDetails(
                        figures(MigrationStatus.COMPLETED, 1000),
                        3 * SECOND,
                        SECOND,
                        Map.of(),
                        new FaultLatency(1));
        assertThat(details)
                .containsExactly(
                        "total      3.00 s, paused 1.00 s",
                        "received   4.00 MiB at 2.00 MiB/s",
                        "pages      1,000 with content, 0 zero, 1 pass marked in the stream",
                        "devices    none");
    }

    @Test
    void aFailureTellsWhatHasCome() {
        assertThat(
                        IncomingText.failedDetails(
                                figures(MigrationStatus.FAILED, 1000), 3 * SECOND, SECOND))
                .containsExactly(
                        "total      3.00 s, paused 1.00 s",
                        "received   4.00 MiB at 2.00 MiB/s",
                        "pages      1,000 with content, 0 zero, 1 pass marked in the stream");
    }
}
