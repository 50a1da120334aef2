package io.vmferry.lab.qemu;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/**
 * The replies of {@code query-migrate} in one status of a migration with a rate limit, and their
 * properties: the figures that change, and their relations. None depends on the exact times of the
 * replies.
 */
final class FiguresOverTime {

    /** The figures that change with the bytes and pages. */
    private static final List<String> COUNTED =
            List.of(
                    "/total-time",
                    "/remaining",
                    "/ram/transferred",
                    "/ram/remaining",
                    "/ram/total",
                    "/ram/duplicate",
                    "/ram/normal",
                    "/ram/normal-bytes",
                    "/ram/postcopy-requests",
                    "/ram/precopy-bytes",
                    "/ram/downtime-bytes",
                    "/ram/postcopy-bytes");

    private static final String REMAINING = "/remaining";
    private static final String EXPECTED = "/expected-downtime";
    private static final String SYNCS = "/ram/dirty-sync-count";
    private static final String TRANSFERRED = "/ram/transferred";

    /** QEMU divides by what it measured as a fraction; what it shows is rounded. */
    private static final double TOLERANCE = 0.02;

    private final double windowBytes;
    private final List<JsonNode> replies = new ArrayList<>();
    private JsonNode last = MissingNode.getInstance();

    /**
     * @param bytesPerSecond the rate limit
     */
    FiguresOverTime(long bytesPerSecond) {
        this.windowBytes = bytesPerSecond / 10.0;
    }

    /**
     * Keeps a reply that was given twice, the time aside: nothing is being sent then, while a real
     * source that sends counts one thing before the other.
     */
    void add(JsonNode reply) {
        boolean settled = reply.path("ram").equals(last.path("ram"));
        last = reply;
        if (settled
                && (replies.isEmpty()
                        || !replies.getLast().path("ram").equals(reply.path("ram")))) {
            replies.add(reply);
        }
    }

    /**
     * The properties that the figures share with those of another source with the same behaviour.
     */
    Map<String, String> facts() {
        Map<String, String> facts = new TreeMap<>();
        facts.put("members", members().toString());
        COUNTED.forEach(figure -> facts.put("trend of " + figure, trend(figure)));
        facts.put("syncs in a window", Long.toString(Math.round(syncsInWindow())));
        facts.put("expected downtime", expectedDowntime());
        facts.put(
                "windows that /remaining is behind /ram/remaining",
                has(REMAINING)
                        ? Long.toString(Math.round(median(this::remainingLagBytes) / windowBytes))
                        : "no such figure");
        facts.put("more transferred than by phases", "" + (median(this::besidesPhases) > 0));
        facts.put("pages sent and left make up the total", "" + (median(this::missing) == 0));
        return facts;
    }

    /** The expected downtime before any bandwidth is known; empty without such an early reply. */
    List<String> expectedAtFirst() {
        return replies.stream()
                .filter(reply -> reply.at("/ram/mbps").asDouble() == 0)
                .map(reply -> reply.at(EXPECTED).asText())
                .distinct()
                .toList();
    }

    private Set<String> members() {
        Set<String> names = new TreeSet<>();
        for (JsonNode reply : replies) {
            reply.fieldNames().forEachRemaining(names::add);
            reply.path("ram").fieldNames().forEachRemaining(name -> names.add("ram." + name));
        }
        return names;
    }

    private String trend(String figure) {
        boolean rises = false;
        boolean falls = false;
        for (int i = 1; i < replies.size(); i++) {
            long change =
                    replies.get(i).at(figure).asLong() - replies.get(i - 1).at(figure).asLong();
            rises |= change > 0;
            falls |= change < 0;
        }
        return (rises ? "rises" : "") + (falls ? "falls" : "") + (rises || falls ? "" : "stays");
    }

    private double syncsInWindow() {
        JsonNode first = replies.getFirst();
        JsonNode last = replies.getLast();
        double windows = (number(last, TRANSFERRED) - number(first, TRANSFERRED)) / windowBytes;
        return (number(last, SYNCS) - number(first, SYNCS)) / windows;
    }

    private String expectedDowntime() {
        if (!has(EXPECTED)) {
            return "no such figure";
        }
        List<JsonNode> measured =
                replies.stream().filter(reply -> number(reply, "/ram/mbps") > 0).toList();
        if (trend(EXPECTED).equals("stays")) {
            return "always " + measured.getLast().at(EXPECTED).asText();
        }
        Predicate<JsonNode> byBandwidth =
                reply -> {
                    double bytesPerMilli = number(reply, "/ram/mbps") * 1e6 / 8 / 1000;
                    double foreseen = number(reply, REMAINING) / bytesPerMilli;
                    return Math.abs(number(reply, EXPECTED) - foreseen) <= TOLERANCE * foreseen;
                };
        long fitting = measured.stream().filter(byBandwidth).count();
        return fitting > measured.size() / 2 ? "/remaining by bandwidth" : "something else";
    }

    private double remainingLagBytes(JsonNode reply) {
        return number(reply, REMAINING) - number(reply, "/ram/remaining");
    }

    private double besidesPhases(JsonNode reply) {
        return number(reply, TRANSFERRED)
                - number(reply, "/ram/precopy-bytes")
                - number(reply, "/ram/downtime-bytes")
                - number(reply, "/ram/postcopy-bytes");
    }

    private double missing(JsonNode reply) {
        return number(reply, "/ram/total")
                - number(reply, "/ram/remaining")
                - number(reply, "/ram/normal-bytes")
                - number(reply, "/ram/duplicate") * number(reply, "/ram/page-size");
    }

    private boolean has(String figure) {
        return !replies.getLast().at(figure).isMissingNode();
    }

    /** The value that most replies are near to. */
    private double median(ToDoubleFunction<JsonNode> figure) {
        double[] sorted = replies.stream().mapToDouble(figure).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    private static double number(JsonNode reply, String figure) {
        return reply.at(figure).asDouble();
    }
}
