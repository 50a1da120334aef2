package io.vmferry.source;

import io.vmferry.machine.lease.Lease.LeaseStatus;
import io.vmferry.machine.lease.Lease;
import io.vmferry.machine.text.Figures;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.source.outgoing.OutgoingFigures;
import java.util.Locale;

/** The texts about an outgoing migration: the progress line and the verdict. */
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

    /**
     * The outcome in a few lines.
     *
     * @param guest what has become of the guest, as a sentence
     */
    static String verdict(OutgoingFigures figures, String guest) {
        StringBuilder text = new StringBuilder();
        text.append("migration ").append(figures.status().text()).append(": ").append(guest);
        figures.error().ifPresent(error -> text.append("\n  reason     ").append(error));
        text.append("\n  total      ").append(Figures.nanos(figures.totalNanos()));
        text.append(", setup ").append(Figures.nanos(figures.setupNanos()));
        if (figures.downtimeNanos() > 0) {
            text.append("\n  downtime   ").append(Figures.nanos(figures.downtimeNanos()));
            if (figures.status() == MigrationStatus.COMPLETED) {
                text.append(" (").append(Figures.durations(figures.downtimeParts())).append(")");
            }
        }
        OutgoingFigures.RamFigures ram = figures.ram();
        text.append("\n  sent       ").append(Figures.bytes(ram.transferredBytes()));
        double seconds = Math.max(1, figures.totalNanos() - figures.setupNanos()) / 1e9;
        text.append(" at ")
                .append(Figures.bytes((long) (ram.transferredBytes() / seconds)))
                .append("/s");
        text.append("\n  pages      ").append(ram.normalPages()).append(" with content, ");
        text.append(ram.zeroPages()).append(" of zeros, ");
        text.append(ram.dirtySyncCount()).append(" dirty syncs");
        if (figures.status() == MigrationStatus.POSTCOPY_PAUSED) {
            text.append("\n  missing    ").append(Figures.bytes(ram.remainingBytes()));
            text.append(" of the guest's memory are only here");
        }
        if (ram.postcopyBytes() > 0) {
            text.append("\n  postcopy   ").append(Figures.bytes(ram.postcopyBytes()));
            text.append(" sent after the switchover, ");
            text.append(ram.pageRequests()).append(" pages asked for");
        }
        return text.toString();
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
