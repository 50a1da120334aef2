package io.vmferry.lab.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Precopy of a guest that writes at half the link's rate: the migration completes with a short
 * downtime.
 */
final class Converge {

    private static final long LINK_BYTES_PER_SECOND = 400 * BenchContext.MIB;
    private static final int PAGE_BYTES = 4096;

    /** QEMU's default {@code downtime-limit}, which is in force. */
    private static final double MARK_MILLIS = 300;

    private static final Duration LIMIT = Duration.ofMinutes(1);

    private final BenchContext context;
    private final long bytes;

    private Converge(BenchContext context) {
        this.context = context;
        this.bytes = context.scaled(BenchContext.GIB);
    }

    static List<Figure> measure(BenchContext context) throws Exception {
        return new Converge(context).measure();
    }

    private List<Figure> measure() throws Exception {
        List<Double> limited = new ArrayList<>();
        List<Double> unlimited = new ArrayList<>();
        List<Double> rates = new ArrayList<>();
        for (int run = 0; run < context.runs(); run++) {
            limited.add(downtimeMillis(LINK_BYTES_PER_SECOND, LINK_BYTES_PER_SECOND / 2));
            rates.add(linkMebibytesPerSecond());
            unlimited.add(downtimeMillis(0, (long) (rates.getLast() * BenchContext.MIB / 2)));
        }
        String how =
                "downtime of a guest of %d MiB that writes random pages all over its RAM at half of %s; never: not completed within %d s"
                        .formatted(bytes / BenchContext.MIB, "%s", LIMIT.toSeconds());
        String limit =
                "max-bandwidth, %d MiB/s".formatted(LINK_BYTES_PER_SECOND / BenchContext.MIB);
        String link =
                "the rate of an idle guest just before, without a limit, median %.0f MiB/s"
                        .formatted(new Samples(rates).median());
        return List.of(
                figure("converge", limited, how.formatted(limit)),
                figure("converge-unlimited", unlimited, how.formatted(link)));
    }

    private static Figure figure(String name, List<Double> millis, String note) {
        return Figure.of(name, "ms", millis, note).atMost(MARK_MILLIS);
    }

    private double linkMebibytesPerSecond() throws Exception {
        try (MeasuredPair pair = MeasuredPair.ours(context, bytes, "idle,boot=" + bytes)) {
            return pair.migrate().mebibytesPerSecond();
        }
    }

    private double downtimeMillis(long linkBytesPerSecond, long writtenBytesPerSecond)
            throws Exception {
        String workload =
                "uniform,rate=%d,boot=%d".formatted(writtenBytesPerSecond / PAGE_BYTES, bytes);
        try (MeasuredPair pair = MeasuredPair.ours(context, bytes, workload)) {
            Optional<MeasuredPair.Report> report = pair.migrate(linkBytesPerSecond, LIMIT);
            context.say(
                    "written at %d MiB/s: %s"
                            .formatted(
                                    writtenBytesPerSecond / BenchContext.MIB,
                                    report.map(r ->
                                                    "downtime %d ms after %d dirty syncs, %d ms"
                                                            .formatted(
                                                                    r.downtimeMillis(),
                                                                    r.passes(),
                                                                    r.totalMillis()))
                                            .orElse("not completed")));
            return report.map(r -> (double) r.downtimeMillis()).orElse(Double.POSITIVE_INFINITY);
        }
    }
}
