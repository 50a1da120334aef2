package io.vmferry.machine.metrics;

/** How a metric behaves over time, in Prometheus' terms. */
public enum MetricKind {
    /** Only grows, but begins anew with the process or, where that is said, the migration. */
    COUNTER,
    /** Goes up and down. */
    GAUGE,
    /** Counts observations in buckets. */
    HISTOGRAM
}
