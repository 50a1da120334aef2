package io.vmferry.lab.bench;

import java.util.ArrayList;
import java.util.List;

/** Precopy of a guest without content: the rate at which zero pages are found, sent and loaded. */
final class ZeroScan {

    private static final double MARK_GIB_PER_SECOND = 15;

    private ZeroScan() {}

    static List<Figure> measure(BenchContext context) throws Exception {
        long bytes = context.scaled(4 * BenchContext.GIB);
        List<Double> untouched = new ArrayList<>();
        List<Double> zeroed = new ArrayList<>();
        for (int run = 0; run < context.runs(); run++) {
            untouched.add(gibibytesPerSecond(context, bytes, "idle"));
            zeroed.add(gibibytesPerSecond(context, bytes, "idle,zero=100,boot=" + bytes));
            context.say(
                    "never touched %.2f, zeroed %.2f GiB/s"
                            .formatted(untouched.getLast(), zeroed.getLast()));
        }
        String how =
                "guest of %d MiB, all zeros, fresh daemons, return path on; RAM size / (total-time - setup-time)"
                        .formatted(bytes / BenchContext.MIB);
        return List.of(
                figure("zero-scan", untouched, "memory never touched, known to be zero; " + how),
                figure("zero-scan-touched", zeroed, "written with zeros, so it is read; " + how));
    }

    private static Figure figure(String name, List<Double> values, String note) {
        return Figure.of(name, "GiB/s", values, note).atLeast(MARK_GIB_PER_SECOND);
    }

    private static double gibibytesPerSecond(BenchContext context, long bytes, String workload)
            throws Exception {
        try (MeasuredPair pair = MeasuredPair.ours(context, bytes, workload)) {
            return pair.migrate().mebibytesPerSecond() / 1024;
        }
    }
}
