package io.vmferry.source;

import io.vmferry.machine.lease.Lease;
import io.vmferry.machine.lease.Lease.LeaseStatus;
import io.vmferry.machine.text.Figures;
import io.vmferry.machine.verdict.VerdictText;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.source.outgoing.OutgoingFigures;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The texts about an outgoing migration: the progress line and the details of a verdict. */
final class OutgoingText {

    /** Width of the bar: a usual line fits into 80 columns with it. */
    private static final int BAR_COLUMNS = 8;

    /** The state of a guest whose lease cannot be used. */
    static final String UNDECIDED =
            "it is not known whether the guest runs at the destination until its lease can be used";

    private OutgoingText() {}

    /** The progress of a running migration, in one line. */
    static String progress(OutgoingFigures figures) {
        if (figures.status() == MigrationStatus.SETUP) {
            return "setup, connecting";
        }
        OutgoingFigures.RamFigures ram = figures.ram();
        long done = ram.totalBytes() - ram.remainingBytes();
        return String.format(
                Locale.ROOT,
                "%s %s %s left, %s/s%s",
                figures.status() == MigrationStatus.ACTIVE
                        ? "pass " + ram.dirtySyncCount()
                        : figures.status().text(),
                Figures.bar(
                        ram.totalBytes() == 0 ? 1 : (double) done / ram.totalBytes(), BAR_COLUMNS),
                Figures.bytes(ram.remainingBytes()),
                Figures.bytes(ram.bytesPerSecond()),
                figures.status().inPostcopy()
                        ? ", " + Figures.count(ram.pageRequests()) + " pages asked for"
                        : precopyProgress(figures));
    }

    private static String precopyProgress(OutgoingFigures figures) {
        return String.format(
                Locale.ROOT,
                ", dirty %s pages/s, downtime %s%s",
                Figures.count(figures.ram().dirtyPagesPerSecond()),
                figures.expectsDowntimeToEnd()
                        ? "~" + figures.expectedDowntimeMillis() + " ms"
                        : "unknown",
                figures.cpuThrottlePercentage() > 0
                        ? ", throttle " + figures.cpuThrottlePercentage() + " %"
                        : "");
    }

    /** What there is to know about a migration that has ended or paused, a line each. */
    static List<String> details(OutgoingFigures figures) {
        List<String> lines = new ArrayList<>();
        String setup =
                figures.setupNanos() == 0 ? "" : ", setup " + Figures.nanos(figures.setupNanos());
        lines.add(VerdictText.line("total", Figures.nanos(figures.totalNanos()) + setup));
        if (figures.downtimeNanos() > 0) {
            lines.add(VerdictText.line("downtime", downtime(figures)));
        }
        OutgoingFigures.RamFigures ram = figures.ram();
        if (ram.transferredBytes() > 0) {
            lines.add(VerdictText.line("sent", sent(figures)));
            lines.add(
                    VerdictText.line(
                            "pages",
                            "%s with content, %s zero, %s"
                                    .formatted(
                                            Figures.number(ram.normalPages()),
                                            Figures.number(ram.zeroPages()),
                                            Figures.counted(ram.dirtySyncCount(), "dirty sync"))));
        }
        if (figures.status() == MigrationStatus.POSTCOPY_PAUSED) {
            lines.add(
                    VerdictText.line(
                            "missing",
                            Figures.bytes(ram.remainingBytes())
                                    + " of the guest's memory are only here"));
        }
        if (ram.postcopyBytes() > 0) {
            lines.add(
                    VerdictText.line(
                            "postcopy",
                            "%s sent after the switchover, %s asked for"
                                    .formatted(
                                            Figures.bytes(ram.postcopyBytes()),
                                            Figures.counted(ram.pageRequests(), "page"))));
        }
        return lines;
    }

    private static String downtime(OutgoingFigures figures) {
        String total = Figures.nanos(figures.downtimeNanos());
        return figures.status() == MigrationStatus.COMPLETED
                ? total + " (" + Figures.durations(figures.downtimeParts()) + ")"
                : total;
    }

    /** The rate is that of the time in which something could be sent. */
    private static String sent(OutgoingFigures figures) {
        long bytes = figures.ram().transferredBytes();
        long nanos = figures.totalNanos() - figures.setupNanos() - figures.pausedNanos();
        return Figures.bytes(bytes) + " at " + Figures.bytesPerSecond(bytes, nanos);
    }

    /** The fate of the guest of a paused postcopy, as a sentence. */
    static String pausedFate(LeaseStatus where, Lease lease) {
        return switch (where) {
            case UNKNOWN ->
                    "the guest is the destination's, and lost if that has ended; nothing is known from "
                            + lease.description();
            case UNCLAIMED ->
                    "the guest was to run at the destination and has not: nobody has taken "
                            + lease.description();
            case HELD_ELSEWHERE ->
                    "the guest runs at the destination, which holds " + lease.description();
            case ABANDONED ->
                    "the guest ran at the destination and is lost with it: nobody holds "
                            + lease.description();
        };
    }
}
