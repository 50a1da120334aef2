package io.vmferry.lab.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Precopy of a guest without content: how fast zero pages are found, sent and accepted. */
final class ZeroScan {

    private static final double MARK_GIB_PER_SECOND = 8;
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private ZeroScan() {}

    static List<Figure> measure(Stand stand) throws Exception {
        long bytes = stand.scaled(4 * Stand.GIB);
        List<Double> untouched = new ArrayList<>();
        List<Double> zeroed = new ArrayList<>();
        for (int run = 0; run < stand.runs(); run++) {
            untouched.add(gibibytesPerSecond(stand, bytes, "idle"));
            zeroed.add(gibibytesPerSecond(stand, bytes, "idle,zero=100,boot=" + bytes));
            stand.say(
                    "never touched %.2f, zeroed %.2f GiB/s"
                            .formatted(untouched.getLast(), zeroed.getLast()));
        }
        String how =
                "guest of %d MiB, all zeros, fresh daemons, return path on; RAM size / (total-time - setup-time)"
                        .formatted(bytes / Stand.MIB);
        return List.of(
                figure("zero-scan", untouched, "memory never touched, known to be zero; " + how),
                figure("zero-scan-touched", zeroed, "written with zeros, so it is read; " + how));
    }

    private static Figure figure(String name, List<Double> values, String note) {
        return Figure.marked(
                name, "GiB/s", new Samples(values), Mark.atLeast(MARK_GIB_PER_SECOND), note);
    }

    private static double gibibytesPerSecond(Stand stand, long bytes, String workload)
            throws Exception {
        try (Pair pair = Pair.ours(stand, bytes, workload)) {
            Report report =
                    pair.migrate(0, LIMIT)
                            .orElseThrow(() -> new AssertionError("Not completed within " + LIMIT));
            return report.bytesPerSecond() / Stand.GIB;
        }
    }
}
