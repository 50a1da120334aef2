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
    private final List<JsonNode> answers = new ArrayList<>();
    private JsonNode last = MissingNode.getInstance();

    /**
     * @param bytesPerSecond the rate limit
     */
    FiguresOverTime(long bytesPerSecond) {
        this.windowBytes = bytesPerSecond / 10.0;
    }

    /**
     * Keeps an answer that was given twice, the time aside: nothing is being sent then, while a
     * real source that sends counts one thing before the other.
     */
    void add(JsonNode answer) {
        boolean settled = answer.path("ram").equals(last.path("ram"));
        last = answer;
        if (settled
                && (answers.isEmpty()
                        || !answers.getLast().path("ram").equals(answer.path("ram")))) {
            answers.add(answer);
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
        return answers.stream()
                .filter(answer -> answer.at("/ram/mbps").asDouble() == 0)
                .map(answer -> answer.at(EXPECTED).asText())
                .distinct()
                .toList();
    }

    private Set<String> members() {
        Set<String> names = new TreeSet<>();
        for (JsonNode answer : answers) {
            answer.fieldNames().forEachRemaining(names::add);
            answer.path("ram").fieldNames().forEachRemaining(name -> names.add("ram." + name));
        }
        return names;
    }

    private String trend(String figure) {
        boolean rises = false;
        boolean falls = false;
        for (int i = 1; i < answers.size(); i++) {
            long change =
                    answers.get(i).at(figure).asLong() - answers.get(i - 1).at(figure).asLong();
            rises |= change > 0;
            falls |= change < 0;
        }
        return (rises ? "rises" : "") + (falls ? "falls" : "") + (rises || falls ? "" : "stays");
    }

    private double syncsInWindow() {
        JsonNode first = answers.getFirst();
        JsonNode last = answers.getLast();
        double windows = (number(last, TRANSFERRED) - number(first, TRANSFERRED)) / windowBytes;
        return (number(last, SYNCS) - number(first, SYNCS)) / windows;
    }

    private String expectedDowntime() {
        if (!has(EXPECTED)) {
            return "no such figure";
        }
        List<JsonNode> measured =
                answers.stream().filter(answer -> number(answer, "/ram/mbps") > 0).toList();
        if (trend(EXPECTED).equals("stays")) {
            return "always " + measured.getLast().at(EXPECTED).asText();
        }
        Predicate<JsonNode> byBandwidth =
                answer -> {
                    double bytesPerMilli = number(answer, "/ram/mbps") * 1e6 / 8 / 1000;
                    double foreseen = number(answer, REMAINING) / bytesPerMilli;
                    return Math.abs(number(answer, EXPECTED) - foreseen) <= TOLERANCE * foreseen;
                };
        long fitting = measured.stream().filter(byBandwidth).count();
        return fitting > measured.size() / 2 ? "/remaining by bandwidth" : "something else";
    }

    private double remainingLagBytes(JsonNode answer) {
        return number(answer, REMAINING) - number(answer, "/ram/remaining");
    }

    private double besidesPhases(JsonNode answer) {
        return number(answer, TRANSFERRED)
                - number(answer, "/ram/precopy-bytes")
                - number(answer, "/ram/downtime-bytes")
                - number(answer, "/ram/postcopy-bytes");
    }

    private double missing(JsonNode answer) {
        return number(answer, "/ram/total")
                - number(answer, "/ram/remaining")
                - number(answer, "/ram/normal-bytes")
                - number(answer, "/ram/duplicate") * number(answer, "/ram/page-size");
    }

    private boolean has(String figure) {
        return !answers.getLast().at(figure).isMissingNode();
    }

    /** The value that most replies are near to. */
    private double median(ToDoubleFunction<JsonNode> figure) {
        double[] sorted = answers.stream().mapToDouble(figure).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    private static double number(JsonNode answer, String figure) {
        return answer.at(figure).asDouble();
    }
}
