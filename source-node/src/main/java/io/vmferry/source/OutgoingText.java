package io.vmferry.source;

import io.vmferry.machine.lease.Lease;
import io.vmferry.machine.lease.Lease.LeaseStatus;
import io.vmferry.machine.terminal.Progress;
import io.vmferry.machine.terminal.Progress.ProgressCell;
import io.vmferry.machine.text.Figures;
import io.vmferry.machine.verdict.VerdictText;
import io.vmferry.protocol.ram.RamFlags;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.source.outgoing.OutgoingFigures;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;

/** The texts about an outgoing migration: the progress line and the details of a verdict. */
final class OutgoingText {

    /** The state of a guest whose lease cannot be used. */
    static final String UNDECIDED =
            "it is not known whether the guest runs at the destination until its lease can be used";

    private OutgoingText() {}

    /** The progress of a migration that is under way. */
    static Progress progress(OutgoingFigures figures) {
        OutgoingFigures.RamFigures ram = figures.ram();
        List<ProgressCell> cells = new ArrayList<>();
        if (figures.status() == MigrationStatus.SETUP) {
            cells.add(new ProgressCell("setup, connecting", 0));
            cells.add(new ProgressCell(elapsed(figures), 1));
            return new Progress(cells, OptionalDouble.empty());
        }
        double share =
                ram.totalBytes() == 0 ? 1 : 1 - (double) ram.remainingBytes() / ram.totalBytes();
        boolean precopy = figures.status() == MigrationStatus.ACTIVE;
        String name = precopy ? "pass " + ram.dirtySyncCount() : figures.status().text();
        cells.add(new ProgressCell(name, 0));
        cells.add(new ProgressCell("%d%%".formatted((int) (100 * share)), 10));
        cells.add(new ProgressCell(Figures.bytes(ram.remainingBytes()) + " left", 60));
        cells.add(new ProgressCell(Figures.bytes(ram.bytesPerSecond()) + "/s", 20));
        if (figures.status().inPostcopy()) {
            cells.add(
                    new ProgressCell(
                            Figures.counted(ram.pageRequests(), "page") + " asked for", 55));
        } else {
            precopy(cells, figures);
        }
        cells.add(new ProgressCell(elapsed(figures), 35));
        cells.add(new ProgressCell("ETA " + timeLeft(figures), 30));
        return new Progress(cells, OptionalDouble.of(share));
    }

    private static void precopy(List<ProgressCell> cells, OutgoingFigures figures) {
        OutgoingFigures.RamFigures ram = figures.ram();
        // the rate is measured from one dirty sync to the next
        boolean measured = ram.dirtySyncCount() > 1;
        cells.add(
                new ProgressCell(
                        measured
                                ? "dirty " + Figures.bytes(dirtyBytesPerSecond(ram)) + "/s"
                                : "dirty rate being measured",
                        40));
        if (measured && figures.expectsDowntimeToEnd()) {
            cells.add(new ProgressCell("downtime ~" + expectedDowntime(figures), 70));
        }
        if (figures.cpuThrottlePercentage() > 0) {
            cells.add(new ProgressCell("throttle " + figures.cpuThrottlePercentage() + " %", 45));
        }
    }

    private static String elapsed(OutgoingFigures figures) {
        return Figures.clock(figures.totalNanos()) + " elapsed";
    }

    private static String expectedDowntime(OutgoingFigures figures) {
        return Figures.nanos(TimeUnit.MILLISECONDS.toNanos(figures.expectedDowntimeMillis()));
    }

    private static long dirtyBytesPerSecond(OutgoingFigures.RamFigures ram) {
        return ram.dirtyPagesPerSecond() * RamFlags.PAGE_SIZE;
    }

    /**
     * The time left at the present rates; not known while the guest writes faster than it moves.
     */
    private static String timeLeft(OutgoingFigures figures) {
        OutgoingFigures.RamFigures ram = figures.ram();
        boolean writes = figures.status() == MigrationStatus.ACTIVE;
        long rate = ram.bytesPerSecond() - (writes ? dirtyBytesPerSecond(ram) : 0);
        return rate <= 0
                ? "unknown"
                : Figures.clock(
                        (long)
                                (ram.remainingBytes()
                                        * (double) TimeUnit.SECONDS.toNanos(1)
                                        / rate));
    }

    /** What there is to know about a migration that has ended or paused, a line each. */
    static List<String> details(OutgoingFigures figures) {
        List<String> lines = new ArrayList<>();
        String setup =
                figures.setupNanos() == 0 ? "" : ", setup " + Figures.nanos(figures.setupNanos());
        String paused =
                figures.pausedNanos() == 0
                        ? ""
                        : ", paused " + Figures.nanos(figures.pausedNanos());
        lines.add(VerdictText.line("total", Figures.nanos(figures.totalNanos()) + setup + paused));
        if (figures.downtimeNanos() > 0) {
            lines.add(VerdictText.line("downtime", downtime(figures)));
        }
        OutgoingFigures.RamFigures ram = figures.ram();
        if (ram.transferredBytes() > 0) {
            lines.add(VerdictText.line("sent", sent(figures)));
            lines.add(
                    VerdictText.line(
                            "pages",
                            "%s with content, %s zero, %s%s"
                                    .formatted(
                                            Figures.number(ram.normalPages()),
                                            Figures.number(ram.zeroPages()),
                                            Figures.deltas(ram.xbzrle().deltaPages()),
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

    /** In a postcopy the source cannot see when the guest runs at the destination. */
    private static String downtime(OutgoingFigures figures) {
        String total = Figures.nanos(figures.downtimeNanos());
        if (figures.ram().postcopyBytes() > 0 && !kept(figures.status())) {
            total += " until the devices were sent";
        }
        return figures.status() == MigrationStatus.COMPLETED
                ? total + " (" + Figures.durations(figures.downtimeParts()) + ")"
                : total;
    }

    /** Whether the guest stays, so that its downtime was until it could run here again. */
    private static boolean kept(MigrationStatus status) {
        return status == MigrationStatus.FAILED || status == MigrationStatus.CANCELLED;
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
                    "the guest has moved to the destination; recover the migration, unless that"
                            + " process has ended, which "
                            + (lease.shared()
                                    ? lease.description() + " does not tell"
                                    : "only a shared lease would tell (--lease FILE)");
            case UNCLAIMED ->
                    "the guest was to run at the destination and does not yet: nobody has taken "
                            + lease.description();
            case HELD_ELSEWHERE ->
                    "the guest runs at the destination, which holds " + lease.description();
            case ABANDONED ->
                    "the guest ran at the destination and is lost with it: nobody holds "
                            + lease.description();
        };
    }
}
