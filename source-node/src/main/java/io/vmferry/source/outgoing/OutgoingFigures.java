package io.vmferry.source.outgoing;

import io.vmferry.protocol.failure.FailureTable.GuestOwner;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.source.outgoing.figures.BandwidthWindow;
import io.vmferry.source.outgoing.figures.OutgoingCounters;
import io.vmferry.source.outgoing.ram.XbzrleCounters;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What one outgoing migration has done so far: an immutable picture for {@code query-migrate}, the
 * progress line and the verdict. Times in the unit of the name, bytes and pages as counted by QEMU.
 *
 * @param totalNanos since {@code migrate}
 * @param setupNanos since the channels stood, 0 until the setup is done
 * @param downtimeNanos 0 until the guest was stopped
 * @param downtimeParts what the downtime was spent on, in order, by readable name
 * @param pausedNanos how long the postcopy was paused
 * @param pendingBytes what was to be sent of RAM and of devices that are sent in several goes when
 *     the last iteration began
 * @param vfioBytes state sent of such devices; empty when the guest has none
 * @param handedOver whether all that the destination needs to run the guest was sent
 * @param error the first error of the migration
 */
public record OutgoingFigures(
        MigrationStatus status,
        long totalNanos,
        long setupNanos,
        long downtimeNanos,
        Map<String, Long> downtimeParts,
        long pausedNanos,
        long expectedDowntimeMillis,
        RamFigures ram,
        long pendingBytes,
        OptionalLong vfioBytes,
        int cpuThrottlePercentage,
        boolean handedOver,
        Optional<String> error) {

    /**
     * The figures of one attempt to migrate, as they are now or were at its end.
     *
     * @param startNanos when it began, by the loop's clock
     */
    static OutgoingFigures of(AttemptParts parts, long startNanos) {
        long now = parts.attempt.endNanos().orElseGet(parts.ports.loop()::nanoTime);
        return new OutgoingFigures(
                parts.state.get(),
                now - startNanos,
                parts.counters.setupNanos(),
                parts.downtime.totalNanos(now),
                parts.downtime.parts(),
                parts.attempt.pausedNanos(now),
                parts.window.expectedDowntimeMillis(),
                RamFigures.of(parts),
                parts.counters.pendingBytes,
                parts.sections.deviceBytes(),
                parts.autoConverge.percentage(),
                parts.handover.owner() != GuestOwner.SOURCE,
                parts.error.text());
    }

    /** Whether an expected downtime is known; it is not before the bandwidth has been measured. */
    public boolean expectsDowntimeToEnd() {
        return expectedDowntimeMillis != BandwidthWindow.FOREVER;
    }

    /**
     * The RAM figures.
     *
     * @param bytesPerSecond measured in the last full window of 100 ms
     * @param dirtyPagesPerSecond measured between dirty syncs at least a second apart
     * @param multifdBytes as QEMU counts them
     * @param multifdChannels bytes sent on each of these channels
     */
    public record RamFigures(
            long transferredBytes,
            long remainingBytes,
            long totalBytes,
            long zeroPages,
            long normalPages,
            long dirtyPagesPerSecond,
            double megabitsPerSecond,
            long bytesPerSecond,
            long dirtySyncCount,
            long pageRequests,
            long pagesPerSecond,
            long precopyBytes,
            long downtimeBytes,
            long postcopyBytes,
            long multifdBytes,
            List<Long> multifdChannels,
            XbzrleFigures xbzrle) {

        private static RamFigures of(AttemptParts parts) {
            OutgoingCounters counters = parts.counters;
            BandwidthWindow window = parts.window;
            return new RamFigures(
                    counters.transferredBytes,
                    parts.sections.ram().pendingBytes(),
                    parts.guest.ram().totalBytes(),
                    counters.pages.zeroPages,
                    counters.pages.normalPages,
                    counters.dirtyPagesPerSecond,
                    window.megabitsPerSecond(),
                    window.bytesPerSecond(),
                    counters.dirtySyncCount,
                    counters.pageRequests,
                    window.pagesPerSecond(),
                    counters.precopyBytes,
                    counters.downtimeBytes,
                    counters.postcopyBytes,
                    counters.multifdBytes,
                    counters.multifdChannels(),
                    XbzrleFigures.of(counters));
        }
    }

    /**
     * The figures of XBZRLE, of this migration and all before.
     *
     * @param pages found in the cache
     * @param bytes sent of these
     * @param cacheMissRate of the pages sent in the last full period of a second
     * @param encodingRate in that period, bytes of pages for each byte sent of them
     * @param deltaPages sent as their difference in this migration
     */
    public record XbzrleFigures(
            long pages,
            long bytes,
            long cacheMisses,
            double cacheMissRate,
            double encodingRate,
            long overflows,
            long deltaPages) {

        /** Nothing was counted. */
        public static final XbzrleFigures NONE = new XbzrleFigures(0, 0, 0, 0, 0, 0, 0);

        private static XbzrleFigures of(OutgoingCounters counters) {
            XbzrleCounters xbzrle = counters.xbzrle;
            return new XbzrleFigures(
                    xbzrle.pages,
                    xbzrle.bytes,
                    xbzrle.cacheMisses,
                    xbzrle.cacheMissRate,
                    xbzrle.encodingRate,
                    xbzrle.overflows,
                    counters.pages.deltaPages);
        }
    }
}
