package io.vmferry.source;

import io.vmferry.machine.metrics.Metric;
import io.vmferry.machine.metrics.Readings;
import io.vmferry.protocol.ram.RamFlags;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.RunState;
import io.vmferry.source.outgoing.OutgoingFigures;
import java.util.concurrent.TimeUnit;

/** The metrics of an outgoing migration. */
final class OutgoingReadings {

    private OutgoingReadings() {}

    static void read(OutgoingFigures figures, Readings readings) {
        ram(figures.ram(), readings);
        figures.vfioBytes().ifPresent(bytes -> readings.set(Metric.VFIO_SENT, bytes));
        readings.set(Metric.THROTTLE, figures.cpuThrottlePercentage() / 100.0);
        readings.set(Metric.DURATION, seconds(figures.totalNanos()));
        readings.set(Metric.SETUP, seconds(figures.setupNanos()));
        readings.set(Metric.DOWNTIME, seconds(figures.downtimeNanos()));
        figures.downtimeParts()
                .forEach((part, nanos) -> readings.set(Metric.DOWNTIME_PART, part, seconds(nanos)));
        readings.set(
                Metric.EXPECTED_DOWNTIME,
                figures.expectsDowntimeToEnd()
                        ? (double) figures.expectedDowntimeMillis() / TimeUnit.SECONDS.toMillis(1)
                        : Double.POSITIVE_INFINITY);
    }

    /**
     * Whether the guest is here and nothing keeps it from being migrated.
     *
     * @param autostart whether a guest that has not started yet is about to
     */
    static boolean ready(MigrationStatus status, RunState state, boolean autostart) {
        boolean here =
                state == RunState.RUNNING
                        || state == RunState.PAUSED
                        || (state == RunState.PRELAUNCH && !autostart);
        return here && !status.running();
    }

    private static void ram(OutgoingFigures.RamFigures ram, Readings readings) {
        readings.set(Metric.SENT, "precopy", ram.precopyBytes());
        readings.set(Metric.SENT, "downtime", ram.downtimeBytes());
        readings.set(Metric.SENT, "postcopy", ram.postcopyBytes());
        for (int channel = 0; channel < ram.multifdChannels().size(); channel++) {
            readings.set(
                    Metric.MULTIFD_SENT,
                    Integer.toString(channel),
                    ram.multifdChannels().get(channel));
        }
        readings.set(Metric.PAGES, "normal", ram.normalPages());
        readings.set(Metric.PAGES, "zero", ram.zeroPages());
        readings.set(Metric.PAGES, "xbzrle", ram.xbzrle().deltaPages());
        readings.set(Metric.XBZRLE_MISSES, ram.xbzrle().cacheMisses());
        readings.set(Metric.XBZRLE_OVERFLOWS, ram.xbzrle().overflows());
        readings.set(Metric.PASSES, ram.dirtySyncCount());
        readings.set(Metric.PAGE_REQUESTS, ram.pageRequests());
        readings.set(Metric.REMAINING, ram.remainingBytes());
        readings.set(Metric.DIRTY_RATE, (double) ram.dirtyPagesPerSecond() * RamFlags.PAGE_SIZE);
        readings.set(Metric.THROUGHPUT, ram.bytesPerSecond());
    }

    private static double seconds(long nanos) {
        return (double) nanos / TimeUnit.SECONDS.toNanos(1);
    }
}
