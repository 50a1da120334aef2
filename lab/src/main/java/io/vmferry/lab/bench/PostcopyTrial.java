package io.vmferry.lab.bench;

import io.vmferry.lab.process.QmpClient;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The figures of one postcopy between two of our daemons over loopback TCP.
 *
 * @param report of the source
 * @param pauseMicros from STOP at the source to RESUME at the destination, by the events' time
 *     stamps
 * @param faults the page faults of the destination's vCPUs
 */
record PostcopyTrial(MeasuredPair.Report report, long pauseMicros, Faults faults) {

    /**
     * The time that vCPUs waited for pages.
     *
     * @param count pages waited for
     */
    record Faults(long count, double medianMicros, double percentile99Micros) {

        static final Faults NONE = new Faults(0, 0, 0);

        private static final Pattern LINE =
                Pattern.compile(
                        "faults +([\\d,]+) pages? waited for: median (\\S+ \\S+), 99 % within (\\S+ \\S+), .*");

        static Faults of(String verdict) {
            Matcher found = LINE.matcher(verdict);
            return found.find()
                    ? new Faults(
                            Long.parseLong(found.group(1).replace(",", "")),
                            micros(found.group(2)),
                            micros(found.group(3)))
                    : NONE;
        }

        private static double micros(String text) {
            String[] words = text.split(" ");
            double value = Double.parseDouble(words[0]);
            return switch (words[1]) {
                case "ms" -> value * 1e3;
                case "s" -> value * 1e6;
                default -> throw new AssertionError("Not a time: " + text);
            };
        }
    }

    private static final Pattern PROVED = Pattern.compile(" +oracle .*");

    /**
     * Runs it and waits until the destination has verified the memory.
     *
     * @param both further options of both daemons
     * @param source further options of the source
     * @param passes over RAM before the switch to postcopy: 0 or 1
     */
    static PostcopyTrial of(
            BenchContext context, long bytes, List<String> both, List<String> source, int passes)
            throws Exception {
        List<String> common = new ArrayList<>(List.of("--capability", "events"));
        common.addAll(List.of("--capability", "postcopy-ram"));
        common.addAll(both);
        List<String> atSource = new ArrayList<>(common);
        atSource.addAll(source);
        try (MeasuredPair pair = MeasuredPair.ours(context, bytes, atSource, common)) {
            QmpClient origin = pair.source();
            pair.start();
            if (passes > 0) {
                // the first sync begins the first pass
                origin.awaitEvent(
                        "end of pass " + passes,
                        event -> event.at("/data/pass").asInt() == passes + 1);
            }
            origin.execute("migrate-start-postcopy");
            origin.awaitMigration("completed");
            pair.destinationProcess().awaitLine(PROVED);
            long resumed = MeasuredPair.micros(pair.destination().awaitEvent("RESUME"));
            return new PostcopyTrial(
                    pair.report(),
                    resumed - MeasuredPair.micros(origin.awaitEvent("STOP")),
                    Faults.of(pair.destinationProcess().stdout()));
        }
    }
}
