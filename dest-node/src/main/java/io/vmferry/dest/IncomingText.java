package io.vmferry.dest;

import io.vmferry.dest.incoming.IncomingFigures;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.paging.FaultLatency;
import io.vmferry.machine.terminal.Progress;
import io.vmferry.machine.terminal.Progress.ProgressCell;
import io.vmferry.machine.text.Figures;
import io.vmferry.machine.verdict.VerdictText;
import io.vmferry.protocol.status.MigrationStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** The texts about an incoming migration. */
final class IncomingText {

    private IncomingText() {}

    /**
     * What there is to know about a migration that has arrived, a line each.
     *
     * @param totalNanos from the first bytes to the end
     * @param pausedNanos how much of it the postcopy was paused
     * @param devices how long each took to load
     * @param faults how long vCPUs waited for pages
     */
    static List<String> arrivedDetails(
            IncomingFigures figures,
            long totalNanos,
            long pausedNanos,
            Map<String, Long> devices,
            FaultLatency faults) {
        List<String> lines = details(figures, totalNanos, pausedNanos);
        lines.add(
                VerdictText.line(
                        "devices", devices.isEmpty() ? "none" : Figures.durations(devices)));
        if (faults.count() > 0) {
            lines.add(VerdictText.line("faults", faults(faults)));
        }
        return lines;
    }

    /** What there is to know about a migration that has failed: nothing if no byte has come. */
    static List<String> failedDetails(IncomingFigures figures, long totalNanos, long pausedNanos) {
        return figures.receivedBytes() == 0 ? List.of() : details(figures, totalNanos, pausedNanos);
    }

    private static List<String> details(
            IncomingFigures figures, long totalNanos, long pausedNanos) {
        List<String> lines = new ArrayList<>();
        String paused = pausedNanos == 0 ? "" : ", paused " + Figures.nanos(pausedNanos);
        lines.add(VerdictText.line("total", Figures.nanos(totalNanos) + paused));
        long received = figures.receivedBytes();
        lines.add(
                VerdictText.line(
                        "received",
                        Figures.bytes(received)
                                + " at "
                                + Figures.bytesPerSecond(received, totalNanos - pausedNanos)));
        lines.add(
                VerdictText.line(
                        "pages",
                        "%s with content, %s zero, %s%s marked in the stream"
                                .formatted(
                                        Figures.number(figures.normalPages()),
                                        Figures.number(figures.zeroPages()),
                                        Figures.deltas(figures.deltaPages()),
                                        Figures.counted(figures.passes(), "pass", "passes"))));
        return lines;
    }

    private static String faults(FaultLatency faults) {
        return "%s waited for: median %s, 99 %% within %s, longest %s"
                .formatted(
                        Figures.counted(faults.count(), "page"),
                        Figures.nanos(faults.percentileNanos(50)),
                        Figures.nanos(faults.percentileNanos(99)),
                        Figures.nanos(faults.percentileNanos(100)));
    }

    /**
     * The progress of a migration that is under way. How much is left is known in a postcopy, and
     * in a precopy until a page comes for the second time.
     *
     * @param receivedPages pages that are here
     * @param allPages those of the guest
     * @param bytesPerSecond of late
     */
    static Progress progress(
            IncomingFigures figures,
            long totalNanos,
            long receivedPages,
            long allPages,
            long bytesPerSecond) {
        List<ProgressCell> cells = new ArrayList<>();
        boolean first =
                figures.normalPages() + figures.zeroPages() + figures.deltaPages() <= receivedPages;
        boolean known = figures.status().inPostcopy() || first;
        boolean precopy = figures.status() == MigrationStatus.ACTIVE;
        String pass = first ? "pass 1" : "pass 2+";
        cells.add(new ProgressCell(precopy ? pass : figures.status().text(), 0));
        double share = allPages == 0 ? 1 : (double) receivedPages / allPages;
        if (known) {
            cells.add(new ProgressCell("%d%%".formatted((int) (100 * share)), 10));
        }
        cells.add(new ProgressCell(Figures.bytes(figures.receivedBytes()) + " received", 60));
        cells.add(new ProgressCell(Figures.bytes(bytesPerSecond) + "/s", 20));
        if (figures.status().inPostcopy()) {
            cells.add(
                    new ProgressCell(
                            Figures.counted(figures.outstandingRequests(), "page") + " awaited",
                            55));
        }
        cells.add(new ProgressCell(Figures.clock(totalNanos) + " elapsed", 35));
        if (known && bytesPerSecond > 0) {
            double left = (double) (allPages - receivedPages) * RamBlock.PAGE_SIZE;
            cells.add(
                    new ProgressCell(
                            "ETA " + Figures.clock((long) (left * 1e9 / bytesPerSecond)), 30));
        }
        return new Progress(cells, known ? OptionalDouble.of(share) : OptionalDouble.empty());
    }

    /** The warning about a device that has kept the state in which it was made here. */
    static String missingDevice(String name) {
        return "Device %s was not in the stream: the source has none, it keeps its initial state"
                .formatted(name);
    }
}
