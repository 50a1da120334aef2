package io.vmferry.machine.metrics;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The values of all metrics at one moment. Filled on the engine's loop; immutable once published.
 */
public final class Readings {

    /**
     * One line of a metric.
     *
     * @param labelValue the value of its label, empty for a metric without one
     */
    record Series(Metric metric, String labelValue) {}

    private final Map<Series, Double> values = new HashMap<>();

    /** Sets a metric that has no label, in its unit. */
    public void set(Metric metric, double value) {
        put(metric, "", value);
    }

    /** Sets a metric that has no label, in its unit. */
    public void set(Metric metric, long value) {
        put(metric, "", (double) value);
    }

    /**
     * Sets a metric for one value of its label, in its unit.
     *
     * @param labelValue one of few: neither guest nor peer may choose it
     */
    public void set(Metric metric, String labelValue, long value) {
        put(metric, labelValue, (double) value);
    }

    /**
     * Sets a metric for one value of its label, in its unit.
     *
     * @param labelValue one of few: neither guest nor peer may choose it
     */
    public void set(Metric metric, String labelValue, double value) {
        put(metric, labelValue, value);
    }

    private void put(Metric metric, String labelValue, double value) {
        if (metric.label().isEmpty() != labelValue.isEmpty()) {
            throw new IllegalArgumentException(
                    "%s with label value '%s', its label is '%s'"
                            .formatted(metric, labelValue, metric.label()));
        }
        values.put(new Series(metric, labelValue), value);
    }

    /** The label value that is 1 while all others are 0. */
    Optional<String> chosen(Metric metric) {
        return values.entrySet().stream()
                .filter(value -> value.getKey().metric() == metric && value.getValue() == 1)
                .map(value -> value.getKey().labelValue())
                .findFirst();
    }

    Set<Series> series() {
        return values.keySet();
    }

    /** The value of a metric for one value of its label, which is empty where it has none. */
    public double value(Metric metric, String labelValue) {
        return get(new Series(metric, labelValue));
    }

    /** The value; 0 for what this picture does not have. */
    double get(Series series) {
        return values.getOrDefault(series, 0.0);
    }

    /** A part of a node that knows values of metrics. */
    @FunctionalInterface
    public interface MetricSource {

        /** Adds what it knows to the picture. Called on the engine's loop. */
        void read(Readings readings);

        /** Both parts. */
        default MetricSource with(MetricSource other) {
            return readings -> {
                read(readings);
                other.read(readings);
            };
        }
    }
}
