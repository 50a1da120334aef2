package io.vmferry.lab.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Precopy of a guest that writes at half the link's rate: it ends, and the pause is short. */
final class Converge {

    private static final long LINK_BYTES_PER_SECOND = 400 * Stand.MIB;
    private static final int PAGE_BYTES = 4096;

    /** QEMU's default {@code downtime-limit}, which is in force. */
    private static final double MARK_MILLIS = 300;

    private static final Duration LIMIT = Duration.ofMinutes(1);

    private final Stand stand;
    private final long bytes;

    private Converge(Stand stand) {
        this.stand = stand;
        this.bytes = stand.scaled(Stand.GIB);
    }

    static List<Figure> measure(Stand stand) throws Exception {
        return new Converge(stand).measure();
    }

    private List<Figure> measure() throws Exception {
        List<Double> limited = new ArrayList<>();
        List<Double> unlimited = new ArrayList<>();
        List<Double> rates = new ArrayList<>();
        for (int run = 0; run < stand.runs(); run++) {
            limited.add(downtimeMillis(LINK_BYTES_PER_SECOND, LINK_BYTES_PER_SECOND / 2));
            double rate = linkBytesPerSecond();
            rates.add(rate / Stand.MIB);
            unlimited.add(downtimeMillis(0, (long) (rate / 2)));
        }
        String how =
                "downtime of a guest of %d MiB that writes random pages all over its RAM at half of %s; never: not completed within %d s"
                        .formatted(bytes / Stand.MIB, "%s", LIMIT.toSeconds());
        String limit = "max-bandwidth, %d MiB/s".formatted(LINK_BYTES_PER_SECOND / Stand.MIB);
        String link =
                "what an idle guest had just been sent at without a limit, median %.0f MiB/s"
                        .formatted(new Samples(rates).median());
        return List.of(
                figure("converge", limited, how.formatted(limit)),
                figure("converge-unlimited", unlimited, how.formatted(link)));
    }

    private static Figure figure(String name, List<Double> millis, String note) {
        return Figure.marked(name, "ms", new Samples(millis), Mark.atMost(MARK_MILLIS), note);
    }

    private double linkBytesPerSecond() throws Exception {
        try (Pair pair = Pair.ours(stand, bytes, "idle,boot=" + bytes)) {
            return pair.migrate(0, LIMIT)
                    .orElseThrow(() -> new AssertionError("Not completed within " + LIMIT))
                    .bytesPerSecond();
        }
    }

    private double downtimeMillis(long linkBytesPerSecond, long writtenBytesPerSecond)
            throws Exception {
        String workload =
                "uniform,rate=%d,boot=%d".formatted(writtenBytesPerSecond / PAGE_BYTES, bytes);
        try (Pair pair = Pair.ours(stand, bytes, workload)) {
            Optional<Report> report = pair.migrate(linkBytesPerSecond, LIMIT);
            stand.say(
                    "written at %d MiB/s: %s"
                            .formatted(
                                    writtenBytesPerSecond / Stand.MIB,
                                    report.map(r ->
                                                    "downtime %d ms after %d dirty syncs, %d ms"
                                                            .formatted(
                                                                    r.downtimeMillis(),
                                                                    r.passes(),
                                                                    r.totalMillis()))
                                            .orElse("no end")));
            return report.map(r -> (double) r.downtimeMillis()).orElse(Double.POSITIVE_INFINITY);
        }
    }
}
