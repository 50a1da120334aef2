package io.vmferry.machine.metrics;

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
