package io.vmferry.lab.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.vmferry.lab.process.ChildProcess;
import io.vmferry.lab.process.Nodes;
import io.vmferry.lab.process.QmpClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One postcopy between two of our daemons over loopback TCP.
 *
 * @param report what the source says
 * @param pauseMicros from STOP at the source to RESUME at the destination, by the events' time
 *     stamps
 * @param faults what the destination says about vCPUs that waited for pages
 */
record PostcopyRun(Report report, long pauseMicros, Faults faults) {

    /**
     * How long vCPUs waited for pages.
     *
     * @param count pages waited for
     */
    record Faults(long count, double medianMicros, double percentile99Micros) {

        static final Faults NONE = new Faults(0, 0, 0);

        private static final Pattern LINE =
                Pattern.compile(
                        "faults +(\\d+) pages waited for: median (\\S+ \\S+), 99 % within (\\S+ \\S+), .*");

        static Faults of(String verdict) {
            Matcher found = LINE.matcher(verdict);
            return found.find()
                    ? new Faults(
                            Long.parseLong(found.group(1)),
                            micros(found.group(2)),
                            micros(found.group(3)))
                    : NONE;
        }

        private static double micros(String text) {
            String[] words = text.split(" ");
            double value = Double.parseDouble(words[0]);
            return switch (words[1]) {
                case "us" -> value;
                case "ms" -> value * 1e3;
                case "s" -> value * 1e6;
                default -> throw new AssertionError("Not a time: " + text);
            };
        }
    }

    private static final Pattern PROVED = Pattern.compile(" +oracle .*");
    private static final String CAPABILITIES = "--capability events --capability postcopy-ram ";

    /**
     * Runs it and waits until the destination has proved the memory.
     *
     * @param guest options of both daemons
     * @param source options of the source alone
     * @param passes over RAM before the switch to postcopy is asked for: 0 or 1
     */
    static PostcopyRun of(Stand stand, long bytes, String guest, String source, int passes)
            throws Exception {
        Path folder = stand.folder();
        String both = CAPABILITIES + "--memory " + bytes + " " + guest;
        try (ChildProcess to =
                        Nodes.destination(
                                folder,
                                "d",
                                words(
                                        both + " --incoming defer --qmp unix:",
                                        folder.resolve("d.qmp")));
                ChildProcess from =
                        Nodes.source(
                                folder,
                                "s",
                                words(
                                        both + " " + source + " --qmp unix:",
                                        folder.resolve("s.qmp")));
                QmpClient destination = QmpClient.connect(to, folder.resolve("d.qmp"));
                QmpClient origin = QmpClient.connect(from, folder.resolve("s.qmp"))) {
            destination.execute("migrate-incoming", "{\"uri\": \"tcp:127.0.0.1:0\"}");
            String port =
                    destination.execute("query-migrate").at("/socket-address/0/port").asText();
            origin.execute("migrate", "{\"uri\": \"tcp:127.0.0.1:%s\"}".formatted(port));
            if (passes > 0) {
                // the first sync begins the first pass
                origin.awaitEvent(
                        "end of pass " + passes,
                        event -> event.at("/data/pass").asInt() == passes + 1);
            }
            origin.execute("migrate-start-postcopy");
            origin.awaitMigration("completed");
            to.awaitLine(PROVED);
            return new PostcopyRun(
                    Report.of(origin.execute("query-migrate")),
                    micros(destination.awaitEvent("RESUME")) - micros(origin.awaitEvent("STOP")),
                    Faults.of(to.stdout()));
        }
    }

    private static String[] words(String options, Path monitor) {
        List<String> words = new ArrayList<>(List.of((options + monitor).split(" +")));
        words.removeIf(String::isEmpty);
        return words.toArray(String[]::new);
    }

    private static long micros(JsonNode event) {
        JsonNode at = event.get("timestamp");
        return at.get("seconds").asLong() * 1_000_000 + at.get("microseconds").asLong();
    }
}
