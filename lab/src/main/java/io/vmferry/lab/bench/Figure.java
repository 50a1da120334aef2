package io.vmferry.lab.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A measured figure with its limit and how it was measured.
 *
 * @param target the value to be reached; empty for a figure that serves as a comparison
 * @param note how it was measured, in words
 */
record Figure(
        String name, String unit, Samples samples, Optional<FigureLimit> target, String note) {

    /** A lower or an upper limit of a figure, in the figure's unit. */
    record FigureLimit(String direction, double value) {

        private static final String AT_LEAST = "at least";

        boolean metBy(double figure) {
            return direction.equals(AT_LEAST) ? figure >= value : figure <= value;
        }
    }

    /** Serves as a comparison, until it gets a limit. */
    static Figure of(String name, String unit, Samples samples, String note) {
        return new Figure(name, unit, samples, Optional.empty(), note);
    }

    static Figure of(String name, String unit, List<Double> samples, String note) {
        return of(name, unit, new Samples(samples), note);
    }

    Figure atLeast(double limit) {
        return with(new FigureLimit(FigureLimit.AT_LEAST, limit));
    }

    Figure atMost(double limit) {
        return with(new FigureLimit("at most", limit));
    }

    private Figure with(FigureLimit limit) {
        return new Figure(name, unit, samples, Optional.of(limit), note);
    }

    /** Whether the median reaches the target; empty without one. */
    Optional<Boolean> met() {
        return target.map(m -> m.metBy(samples.median()));
    }

    /**
     * One line of JSON; {@code target}, {@code direction} and {@code met} are null without a
     * target.
     */
    String json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("name", name).put("unit", unit);
        put(json, "median", samples.median());
        put(json, "min", samples.min());
        put(json, "max", samples.max());
        json.put("runs", samples.count());
        json.put("target", target.map(FigureLimit::value).orElse(null));
        json.put("direction", target.map(FigureLimit::direction).orElse(null));
        json.put("met", met().orElse(null));
        return json.put("note", note).toString();
    }

    /** One line of text. */
    String summary() {
        String judged =
                target.map(m ->
                                "   %s %s %s"
                                        .formatted(
                                                m.metBy(samples.median()) ? "met:" : "MISSED:",
                                                m.direction(),
                                                number(m.value())))
                        .orElse("");
        return "%-32s %8s %-6s (%s to %s, %d runs)%s"
                .formatted(
                        name,
                        number(samples.median()),
                        unit,
                        number(samples.min()),
                        number(samples.max()),
                        samples.count(),
                        judged);
    }

    private static void put(ObjectNode json, String key, double value) {
        if (Double.isFinite(value)) {
            json.put(key, Math.round(value * 1000) / 1000.0);
        } else {
            json.putNull(key);
        }
    }

    private static String number(double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%.4g", value) : "never";
    }
}
