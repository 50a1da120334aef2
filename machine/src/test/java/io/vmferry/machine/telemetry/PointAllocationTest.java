package io.vmferry.machine.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.vmferry.machine.memory.HostPages;
import io.vmferry.machine.metrics.PointTally;
import io.vmferry.protocol.status.Side;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Protocol points that are reached for every page allocate nothing while they are not read. */
class PointAllocationTest {

    private static final int PAGES = 100_000;

    /** Allowance for the measurement itself and for class loading. */
    private static final long NOISE_BYTES = PAGES;

    private static final List<PointName<HostPages>> PER_PAGE =
            List.of(
                    PointName.PAGE_REQUESTED,
                    PointName.REQUESTED_PAGE_SENT,
                    PointName.REQ_PAGES_SENT,
                    PointName.REQUESTED_PAGE_PLACED);

    /** An argument that cannot be formatted: its block is null. */
    @SuppressWarnings("NullAway") // reading the block would be the error that the test looks for
    private static final HostPages UNREAD = new HostPages(null, 0, 0);

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static long allocatedBytes(Probe probe) {
        reach(probe, 1);
        long before = THREADS.getCurrentThreadAllocatedBytes();
        reach(probe, PAGES);
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }

    private static void reach(Probe probe, int pages) {
        for (int i = 0; i < pages; i++) {
            for (int p = 0; p < PER_PAGE.size(); p++) {
                probe.reached(PER_PAGE.get(p), UNREAD);
            }
        }
    }

    @Test
    void aPageCostsNothingThatNobodyReads() {
        assertThat(allocatedBytes(Probe.NONE)).isLessThan(NOISE_BYTES);
    }

    /** In a daemon, metrics count every point. */
    @Test
    void aPageThatIsOnlyCountedCostsNothing() {
        Probe counted = new PointTally(Side.SOURCE).and(new PointTally(Side.DESTINATION));
        assertThat(allocatedBytes(counted)).isLessThan(NOISE_BYTES);
    }

    /** Checks the measurement: with a reader each page allocates. */
    @Test
    void aReaderIsSeen() {
        ProtocolPoint[] last = new ProtocolPoint[1];
        assertThat(allocatedBytes(Probe.of(point -> last[0] = point)))
                .isGreaterThan(8L * PAGES * PER_PAGE.size());
        assertThat(last[0].name()).isSameAs(PER_PAGE.getLast());
    }
}
