package io.vmferry.dest;

import io.vmferry.dest.incoming.IncomingFigures;
import io.vmferry.machine.paging.FaultLatency;
import io.vmferry.machine.text.Figures;
import io.vmferry.machine.verdict.VerdictText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The texts about an incoming migration. */
final class IncomingText {

    private IncomingText() {}

    /**
     * What there is to know about a migration that has arrived, a line each.
     *
     * @param totalNanos from the first bytes to the end
     * @param pausedNanos how much of it the postcopy was paused
     * @param devices how long each took to load
     * @param faults how long vCPUs stood still for pages
     * @param oracle the result of the memory check
     */
    static List<String> details(
            IncomingFigures figures,
            long totalNanos,
            long pausedNanos,
            Map<String, Long> devices,
            FaultLatency faults,
            String oracle) {
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
                        "%s with content, %s zero, in %s"
                                .formatted(
                                        Figures.number(figures.normalPages()),
                                        Figures.number(figures.zeroPages()),
                                        Figures.counted(figures.passes(), "pass", "passes"))));
        lines.add(
                VerdictText.line(
                        "devices", devices.isEmpty() ? "none" : Figures.durations(devices)));
        if (faults.count() > 0) {
            lines.add(VerdictText.line("faults", faults(faults)));
        }
        lines.add(VerdictText.line("oracle", oracle));
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

    /** The warning about a device that has kept the state in which it was made here. */
    static String missingDevice(String name) {
        return "Device %s was not in the stream: the source has none, here it is as it was made"
                .formatted(name);
    }
}
