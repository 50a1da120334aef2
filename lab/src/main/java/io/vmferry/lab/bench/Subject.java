package io.vmferry.lab.bench;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** A measurement by the name that {@code scripts/bench} takes. */
@SuppressWarnings("ImmutableEnumChecker") // a method reference
enum Subject {
    PRECOPY_RANDOM("precopy-random", PrecopyRandom::touched),
    PRECOPY_FIRST_TOUCH("precopy-first-touch", PrecopyRandom::firstTouch),
    ZERO_SCAN("zero-scan", ZeroScan::measure),
    SPARSE("sparse-64g", MemoryUse::sparse),
    CONVERGE("converge", Converge::measure),
    FAULT_LATENCY("fault-latency", Postcopy::idle),
    FAULT_LATENCY_SATURATED("fault-latency-saturated", Postcopy::saturated),
    POSTCOPY_DOWNTIME("postcopy-downtime", Postcopy::downtime),
    POSTCOPY_THROUGHPUT("postcopy-throughput", Postcopy::throughput),
    RECOVERY("recovery", RecoveryTime::measure),
    METRICS("metrics", MetricsCost::measure),
    MEMORY("memory", MemoryUse::dense),
    STARTUP("startup", Startup::measure);

    private interface Measurement {
        List<Figure> in(BenchContext context) throws Exception;
    }

    private final String text;
    private final Measurement measurement;

    Subject(String text, Measurement measurement) {
        this.text = text;
        this.measurement = measurement;
    }

    String text() {
        return text;
    }

    /** Measures the figures that belong to it. */
    List<Figure> measure(BenchContext context) throws Exception {
        return measurement.in(context);
    }

    /**
     * The measurement of a name.
     *
     * @throws IllegalArgumentException that lists the names, if there is none
     */
    static Subject of(String text) {
        return Arrays.stream(values())
                .filter(subject -> subject.text.equals(text))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "There is no measurement '%s': expected one of %s"
                                        .formatted(
                                                text,
                                                Arrays.stream(values())
                                                        .map(Subject::text)
                                                        .collect(Collectors.joining(", ")))));
    }
}
