package io.vmferry.dest;

import io.vmferry.dest.incoming.IncomingFigures;
import io.vmferry.machine.paging.FaultLatency;
import io.vmferry.machine.text.Figures;
import java.util.Map;

/** The texts about an incoming migration. */
final class IncomingText {

    private IncomingText() {}

    /**
     * The outcome in a few lines.
     *
     * @param guest the fate of the guest, as a sentence
     * @param totalNanos from the first bytes to the end
     * @param devices how long each took to load
     * @param faults how long vCPUs stood still for pages
     * @param oracle the result of the memory check
     */
    static String verdict(
            IncomingFigures figures,
            String guest,
            long totalNanos,
            Map<String, Long> devices,
            FaultLatency faults,
            String oracle) {
        double seconds = Math.max(1, totalNanos) / 1e9;
        return "migration %s: %s".formatted(figures.status().text(), guest)
                + "\n  total      %s".formatted(Figures.nanos(totalNanos))
                + "\n  received   %s at %s/s"
                        .formatted(
                                Figures.bytes(figures.streamBytes()),
                                Figures.bytes((long) (figures.streamBytes() / seconds)))
                + "\n  pages      %d with content, %d of zeros, %d passes seen"
                        .formatted(figures.normalPages(), figures.zeroPages(), figures.passes())
                + "\n  devices    %s"
                        .formatted(devices.isEmpty() ? "none" : Figures.durations(devices))
                + faults(faults)
                + "\n  oracle     %s".formatted(oracle);
    }

    private static String faults(FaultLatency faults) {
        return faults.count() == 0
                ? ""
                : "\n  faults     %d pages waited for: median %s, 99 %% within %s, longest %s"
                        .formatted(
                                faults.count(),
                                Figures.nanos(faults.percentileNanos(50)),
                                Figures.nanos(faults.percentileNanos(99)),
                                Figures.nanos(faults.percentileNanos(100)));
    }
}
