package io.vmferry.source.commands;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vmferry.protocol.ram.RamFlags;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.source.outgoing.OutgoingFigures;
import java.util.List;

/**
 * Renders {@code query-migrate} for a source: which members a status shows is QEMU's choice, not
 * ours.
 */
final class OutgoingReport {

    private static final long NANOS_PER_MILLI = 1_000_000;

    private OutgoingReport() {}

    /** The members that the status of the figures shows. */
    static ObjectNode of(OutgoingFigures figures, List<String> blockers) {
        ObjectNode report = JsonNodeFactory.instance.objectNode();
        MigrationStatus status = figures.status();
        report.put("status", status.qmpName());
        switch (status) {
            case ACTIVE,
                    PRE_SWITCHOVER,
                    DEVICE,
                    CANCELLING,
                    FAILING,
                    POSTCOPY_DEVICE,
                    POSTCOPY_ACTIVE,
                    POSTCOPY_PAUSED,
                    POSTCOPY_RECOVER_SETUP,
                    POSTCOPY_RECOVER -> {
                times(report, figures, status.inPostcopy());
                report.set("ram", ram(figures, figures.ram().remainingBytes()));
                throttle(report, figures);
            }
            case COMPLETED -> {
                times(report, figures, true);
                report.set("ram", ram(figures, 0));
            }
            case NONE, SETUP, WAIT_UNPLUG, COLO, FAILED, CANCELLED -> {
                // the status alone, and the error
            }
        }
        figures.error().ifPresent(error -> report.put("error-desc", error));
        if (!blockers.isEmpty()) {
            blockers.forEach(report.putArray("blocked-reasons")::add);
        }
        return report;
    }

    private static void times(ObjectNode report, OutgoingFigures figures, boolean downtimeKnown) {
        report.put("total-time", figures.totalNanos() / NANOS_PER_MILLI);
        report.put("setup-time", figures.setupNanos() / NANOS_PER_MILLI);
        if (downtimeKnown) {
            report.put("downtime", figures.downtimeNanos() / NANOS_PER_MILLI);
        } else {
            report.put("expected-downtime", figures.expectedDowntimeMillis());
        }
    }

    private static ObjectNode ram(OutgoingFigures figures, long remainingBytes) {
        OutgoingFigures.Ram ram = figures.ram();
        boolean completed = figures.status() == MigrationStatus.COMPLETED;
        return JsonNodeFactory.instance
                .objectNode()
                .put("transferred", ram.transferredBytes())
                .put("remaining", remainingBytes)
                .put("total", ram.totalBytes())
                .put("duplicate", ram.zeroPages())
                .put("skipped", 0)
                .put("normal", ram.normalPages())
                .put("normal-bytes", ram.normalPages() * RamFlags.PAGE_SIZE)
                .put("dirty-pages-rate", completed ? 0 : ram.dirtyPagesPerSecond())
                .put("mbps", completed ? meanMegabitsPerSecond(figures) : ram.megabitsPerSecond())
                .put("dirty-sync-count", ram.dirtySyncCount())
                .put("postcopy-requests", ram.pageRequests())
                .put("page-size", RamFlags.PAGE_SIZE)
                .put("multifd-bytes", 0)
                .put("pages-per-second", ram.pagesPerSecond())
                .put("precopy-bytes", ram.precopyBytes())
                .put("downtime-bytes", ram.downtimeBytes())
                .put("postcopy-bytes", 0)
                .put("dirty-sync-missed-zero-copy", 0);
    }

    /** Over all of the migration but its setup, as QEMU tells it in the end. */
    private static double meanMegabitsPerSecond(OutgoingFigures figures) {
        long nanos = figures.totalNanos() - figures.setupNanos();
        return nanos <= 0 ? 0 : figures.ram().transferredBytes() * 8 * 1e3 / nanos;
    }

    private static void throttle(ObjectNode report, OutgoingFigures figures) {
        if (figures.cpuThrottlePercentage() > 0) {
            report.put("cpu-throttle-percentage", figures.cpuThrottlePercentage());
        }
    }
}
