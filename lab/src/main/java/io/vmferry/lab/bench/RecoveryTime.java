package io.vmferry.lab.bench;

import io.vmferry.lab.process.QmpClient;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** The time that a paused postcopy takes to continue, by the size of the guest. */
final class RecoveryTime {

    /** Guests in GiB, and the marks of some in milliseconds. */
    private static final int[] GUESTS = {1, 4, 16, 64};

    private static final Map<Integer, Double> MARKS_MILLIS = Map.of(1, 5.0, 64, 9.0);

    /** So slow that the postcopy is still under way after all the breaks. */
    private static final List<String> OPTIONS =
            List.of(
                    "--capability",
                    "events",
                    "--capability",
                    "postcopy-ram",
                    "--parameter",
                    "max-postcopy-bandwidth=1M");

    private static final int BREAKS_PER_RUN = 5;

    private RecoveryTime() {}

    /**
     * Measures from the accepted {@code migrate} with {@code resume} until both sides are active
     * again.
     */
    static List<Figure> measure(BenchContext context) throws Exception {
        List<Figure> figures = new ArrayList<>();
        for (int gibibytes : GUESTS) {
            figures.add(measure(context, gibibytes));
        }
        return figures;
    }

    private static Figure measure(BenchContext context, int gibibytes) throws Exception {
        List<Double> millis = new ArrayList<>();
        for (int run = 0; run < context.runs(); run++) {
            millis.addAll(breaks(context, context.scaled(gibibytes * BenchContext.GIB)));
        }
        context.say(
                "%d GiB: %.2f to %.2f ms"
                        .formatted(gibibytes, Collections.min(millis), Collections.max(millis)));
        String name = "recovery-" + gibibytes + "g";
        String note =
                "from migrate with resume being accepted to both sides being postcopy-active, by the events' time stamps; %d breaks of each of %d guests, 1 GiB written, the rest sparse"
                        .formatted(BREAKS_PER_RUN, context.runs());
        Figure figure = Figure.of(name, "ms", millis, note);
        Double mark = MARKS_MILLIS.get(gibibytes);
        return mark == null ? figure : figure.atMost(mark);
    }

    private static List<Double> breaks(BenchContext context, long bytes) throws Exception {
        List<String> source = new ArrayList<>(OPTIONS);
        source.addAll(List.of("--workload", "idle,boot=" + Math.min(bytes, BenchContext.GIB)));
        try (MeasuredPair pair = MeasuredPair.ours(context, bytes, source, OPTIONS)) {
            pair.start();
            pair.source().execute("migrate-start-postcopy");
            pair.source().awaitMigration("postcopy-active");
            pair.destination().awaitMigration("postcopy-active");
            List<Double> millis = new ArrayList<>();
            for (int i = 0; i < BREAKS_PER_RUN; i++) {
                millis.add(breakAndRecover(pair));
            }
            return millis;
        }
    }

    private static double breakAndRecover(MeasuredPair pair) throws InterruptedException {
        QmpClient source = pair.source();
        QmpClient destination = pair.destination();
        source.forgetEvents();
        destination.forgetEvents();
        source.execute("migrate-pause");
        source.awaitMigration("postcopy-paused");
        destination.awaitMigration("postcopy-paused");
        destination.execute("migrate-recover", "{\"uri\": \"tcp:127.0.0.1:0\"}");
        source.execute("migrate", "{\"uri\": \"%s\", \"resume\": true}".formatted(pair.address()));
        long accepted = micros(source, "postcopy-recover-setup");
        long active =
                Math.max(micros(source, "postcopy-active"), micros(destination, "postcopy-active"));
        return (active - accepted) / 1e3;
    }

    private static long micros(QmpClient side, String status) throws InterruptedException {
        return MeasuredPair.micros(
                side.awaitEvent(
                        "MIGRATION " + status,
                        event -> event.at("/data/status").asText().equals(status)));
    }
}
