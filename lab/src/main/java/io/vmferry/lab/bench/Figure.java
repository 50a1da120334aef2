package io.vmferry.lab.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Optional;

/**
 * One figure with all that it takes to judge it.
 *
 * @param mark none for a figure that is there to compare with
 * @param note how it was measured, in words
 */
record Figure(String name, String unit, Samples samples, Optional<Mark> mark, String note) {

    static Figure marked(String name, String unit, Samples samples, Mark mark, String note) {
        return new Figure(name, unit, samples, Optional.of(mark), note);
    }

    static Figure unmarked(String name, String unit, Samples samples, String note) {
        return new Figure(name, unit, samples, Optional.empty(), note);
    }

    /** Whether the median meets the mark; none without a mark. */
    Optional<Boolean> met() {
        return mark.map(m -> m.metBy(samples.median()));
    }

    /**
     * One line of JSON; {@code mark}, {@code direction} and {@code met} are null without a mark.
     */
    String json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("name", name).put("unit", unit);
        put(json, "median", samples.median());
        put(json, "min", samples.min());
        put(json, "max", samples.max());
        json.put("runs", samples.count());
        json.put("mark", mark.map(Mark::value).orElse(null));
        json.put("direction", mark.map(m -> m.direction().text()).orElse(null));
        json.put("met", met().orElse(null));
        return json.put("note", note).toString();
    }

    /** One line for a person. */
    String summary() {
        String judged =
                mark.map(m ->
                                "   %s %s %s"
                                        .formatted(
                                                m.metBy(samples.median()) ? "met:" : "MISSED:",
                                                m.direction().text(),
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
