package io.vmferry.lab.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.vmferry.lab.process.ChildProcess;
import io.vmferry.lab.process.Nodes;
import io.vmferry.lab.process.QmpClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** How long a paused postcopy takes to go on, and how that grows with the guest. */
final class Recovery {

    private static final double MARK_MILLIS = 10;

    /** Guests in GiB; the mark is for the first. */
    private static final int[] GUESTS = {1, 4, 16, 64};

    /** So slow that the postcopy is still under way after all the breaks. */
    private static final String OPTIONS =
            "--capability events --capability postcopy-ram --parameter max-postcopy-bandwidth=1M ";

    private static final int BREAKS_PER_RUN = 5;

    private Recovery() {}

    /** From the accepted {@code migrate} with {@code resume} to both sides being active again. */
    static List<Figure> measure(Stand stand) throws Exception {
        List<Figure> figures = new ArrayList<>();
        for (int gibibytes : GUESTS) {
            figures.add(measure(stand, gibibytes));
        }
        figures.addAll(BitmapSpeed.measure(stand));
        return figures;
    }

    private static Figure measure(Stand stand, int gibibytes) throws Exception {
        List<Double> millis = new ArrayList<>();
        for (int run = 0; run < stand.runs(); run++) {
            millis.addAll(breaks(stand, stand.scaled(gibibytes * Stand.GIB)));
        }
        stand.say(
                "%d GiB: %.2f to %.2f ms"
                        .formatted(gibibytes, Collections.min(millis), Collections.max(millis)));
        String name = "recovery-" + gibibytes + "g";
        String note =
                "from migrate with resume being accepted to both sides being postcopy-active, by the events' time stamps; %d breaks of each of %d guests, 1 GiB written, the rest sparse"
                        .formatted(BREAKS_PER_RUN, stand.runs());
        return gibibytes == GUESTS[0]
                ? Figure.marked(name, "ms", new Samples(millis), Mark.atMost(MARK_MILLIS), note)
                : Figure.unmarked(name, "ms", new Samples(millis), note);
    }

    private static List<Double> breaks(Stand stand, long bytes) throws Exception {
        Path folder = stand.folder();
        String both = OPTIONS + "--memory " + bytes;
        String boot = " --workload idle,boot=" + Math.min(bytes, Stand.GIB);
        try (ChildProcess to =
                        Nodes.destination(
                                folder,
                                "d",
                                words(both + " --incoming defer --qmp unix:", "d.qmp", folder));
                ChildProcess from =
                        Nodes.source(
                                folder, "s", words(both + boot + " --qmp unix:", "s.qmp", folder));
                QmpClient destination = QmpClient.connect(to, folder.resolve("d.qmp"));
                QmpClient source = QmpClient.connect(from, folder.resolve("s.qmp"))) {
            destination.execute("migrate-incoming", "{\"uri\": \"tcp:127.0.0.1:0\"}");
            source.execute("migrate", "{\"uri\": \"" + address(destination) + "\"}");
            source.execute("migrate-start-postcopy");
            source.awaitMigration("postcopy-active");
            destination.awaitMigration("postcopy-active");
            List<Double> millis = new ArrayList<>();
            for (int i = 0; i < BREAKS_PER_RUN; i++) {
                millis.add(breakAndRecover(source, destination));
            }
            return millis;
        }
    }

    private static double breakAndRecover(QmpClient source, QmpClient destination)
            throws InterruptedException {
        source.forgetEvents();
        destination.forgetEvents();
        source.execute("migrate-pause");
        source.awaitMigration("postcopy-paused");
        destination.awaitMigration("postcopy-paused");
        destination.execute("migrate-recover", "{\"uri\": \"tcp:127.0.0.1:0\"}");
        source.execute(
                "migrate", "{\"uri\": \"%s\", \"resume\": true}".formatted(address(destination)));
        long accepted = micros(source, "postcopy-recover-setup");
        long active =
                Math.max(micros(source, "postcopy-active"), micros(destination, "postcopy-active"));
        return (active - accepted) / 1e3;
    }

    private static String address(QmpClient destination) throws InterruptedException {
        JsonNode bound = destination.execute("query-migrate").at("/socket-address/0");
        return "tcp:%s:%s".formatted(bound.path("host").asText(), bound.path("port").asText());
    }

    private static long micros(QmpClient side, String status) throws InterruptedException {
        JsonNode at =
                side.awaitEvent(
                                "MIGRATION " + status,
                                event -> event.at("/data/status").asText().equals(status))
                        .get("timestamp");
        return at.get("seconds").asLong() * 1_000_000 + at.get("microseconds").asLong();
    }

    private static String[] words(String options, String monitor, Path folder) {
        return (options + folder.resolve(monitor)).split(" +");
    }
}
