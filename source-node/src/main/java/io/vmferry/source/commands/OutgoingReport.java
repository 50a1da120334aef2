package io.vmferry.source.commands;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.protocol.options.Capabilities;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.options.Parameters;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.profile.Trait;
import io.vmferry.protocol.ram.RamFlags;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.source.outgoing.OutgoingFigures;
import java.math.BigInteger;

/** Renders {@code query-migrate} for a source. Which members a status shows follows QEMU. */
record OutgoingReport(
        OutgoingFigures figures,
        Profile profile,
        Capabilities capabilities,
        Parameters parameters) {

    private static final long NANOS_PER_MILLI = 1_000_000;

    /** The members that the status of the figures and the options show to a client. */
    static ObjectNode of(OutgoingFigures figures, MigrationOptions options) {
        return new OutgoingReport(
                        figures, options.profile(), options.capabilities(), options.parameters())
                .render();
    }

    private ObjectNode render() {
        ObjectNode report = JsonNodeFactory.instance.objectNode();
        MigrationStatus status = figures.status();
        report.put("status", status.text());
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
                    POSTCOPY_RECOVER,
                    COMPLETED -> {
                times(report);
                report.set("ram", ram());
                if (capabilities.has(Capability.XBZRLE)) {
                    report.set("xbzrle-cache", xbzrleCache());
                }
                figures.vfioBytes()
                        .ifPresent(bytes -> report.putObject("vfio").put("transferred", bytes));
                if (figures.cpuThrottlePercentage() > 0) {
                    report.put("cpu-throttle-percentage", figures.cpuThrottlePercentage());
                }
            }
            case NONE, SETUP, WAIT_UNPLUG, COLO, FAILED, CANCELLED -> {
                // the status alone, and the error
            }
        }
        if (profile.has(Trait.ERROR_IN_EVERY_STATUS) || status == MigrationStatus.FAILED) {
            figures.error().ifPresent(error -> report.put("error-desc", error));
        }
        return report;
    }

    /** The times so far; the downtime is expected until the guest has been handed over. */
    private void times(ObjectNode report) {
        report.put("total-time", totalMillis());
        report.put("setup-time", setupMillis());
        if (completed()
                || (profile.has(Trait.DOWNTIME_IN_POSTCOPY) && figures.status().inPostcopy())) {
            report.put("downtime", figures.downtimeNanos() / NANOS_PER_MILLI);
        } else {
            report.put("expected-downtime", figures.expectedDowntimeMillis());
        }
        if (profile.has(Trait.REMAINING_BYTES) && !completed()) {
            report.put("remaining", figures.pendingBytes());
        }
    }

    private ObjectNode ram() {
        OutgoingFigures.RamFigures ram = figures.ram();
        ObjectNode report =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("transferred", transferredBytes())
                        .put("remaining", completed() ? 0 : ram.remainingBytes())
                        .put("total", ram.totalBytes())
                        .put("duplicate", ram.zeroPages());
        if (profile.has(Trait.SKIPPED_PAGES)) {
            report.put("skipped", 0);
        }
        return report.put("normal", ram.normalPages())
                .put("normal-bytes", ram.normalPages() * RamFlags.PAGE_SIZE)
                .put("dirty-pages-rate", completed() ? 0 : ram.dirtyPagesPerSecond())
                .put("mbps", completed() ? meanMegabitsPerSecond() : ram.megabitsPerSecond())
                .put("dirty-sync-count", ram.dirtySyncCount())
                .put("postcopy-requests", ram.pageRequests())
                .put("page-size", RamFlags.PAGE_SIZE)
                .put("multifd-bytes", ram.multifdBytes())
                .put("pages-per-second", ram.pagesPerSecond())
                .put("precopy-bytes", ram.precopyBytes())
                .put("downtime-bytes", ram.downtimeBytes())
                .put("postcopy-bytes", ram.postcopyBytes())
                .put("dirty-sync-missed-zero-copy", 0);
    }

    private ObjectNode xbzrleCache() {
        OutgoingFigures.XbzrleFigures xbzrle = figures.ram().xbzrle();
        return JsonNodeFactory.instance
                .objectNode()
                .put(
                        "cache-size",
                        new BigInteger(Long.toUnsignedString(parameters.xbzrleCacheBytes())))
                .put("bytes", xbzrle.bytes())
                .put("pages", xbzrle.pages())
                .put("cache-miss", xbzrle.cacheMisses())
                .put("cache-miss-rate", xbzrle.cacheMissRate())
                .put("encoding-rate", xbzrle.encodingRate())
                .put("overflow", xbzrle.overflows());
    }

    private long transferredBytes() {
        OutgoingFigures.RamFigures ram = figures.ram();
        return profile.has(Trait.WHOLE_CHANNELS_COUNTED)
                ? ram.transferredBytes()
                : ram.precopyBytes()
                        + ram.downtimeBytes()
                        + ram.postcopyBytes()
                        + ram.multifdBytes();
    }

    /** Over all of the migration but its setup, in whole milliseconds, as QEMU tells it at last. */
    private double meanMegabitsPerSecond() {
        long millis = totalMillis() - setupMillis();
        return millis <= 0 ? 0 : figures.ram().transferredBytes() * 8.0 / millis / 1000;
    }

    private boolean completed() {
        return figures.status() == MigrationStatus.COMPLETED;
    }

    private long totalMillis() {
        return figures.totalNanos() / NANOS_PER_MILLI;
    }

    private long setupMillis() {
        return figures.setupNanos() / NANOS_PER_MILLI;
    }
}
