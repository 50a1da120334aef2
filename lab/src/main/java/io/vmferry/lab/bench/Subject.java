package io.vmferry.lab.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What can be measured, by the name that {@code scripts/bench} takes. */
enum Subject {
    PRECOPY_RANDOM("precopy-random"),
    PRECOPY_FIRST_TOUCH("precopy-first-touch"),
    ZERO_SCAN("zero-scan"),
    SPARSE("sparse-64g"),
    CONVERGE("converge"),
    FAULT_LATENCY("fault-latency"),
    FAULT_LATENCY_SATURATED("fault-latency-saturated"),
    POSTCOPY_DOWNTIME("postcopy-downtime"),
    POSTCOPY_THROUGHPUT("postcopy-throughput"),
    RECOVERY("recovery"),
    METRICS("metrics"),
    MEMORY("memory"),
    STARTUP("startup");

    private final String text;

    Subject(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }

    /** Measures the figures that belong to it. */
    List<Figure> measure(Stand stand) throws Exception {
        return switch (this) {
            case PRECOPY_RANDOM -> PrecopyRandom.touched(stand);
            case PRECOPY_FIRST_TOUCH -> PrecopyRandom.firstTouch(stand);
            case ZERO_SCAN -> ZeroScan.measure(stand);
            case SPARSE -> MemoryUse.sparse(stand);
            case CONVERGE -> Converge.measure(stand);
            case FAULT_LATENCY -> Postcopy.idle(stand);
            case FAULT_LATENCY_SATURATED -> Postcopy.saturated(stand);
            case POSTCOPY_DOWNTIME -> Postcopy.downtime(stand);
            case POSTCOPY_THROUGHPUT -> Postcopy.throughput(stand);
            case RECOVERY -> Recovery.measure(stand);
            case METRICS -> MetricsCost.measure(stand);
            case MEMORY -> MemoryUse.dense(stand);
            case STARTUP -> Startup.measure(stand);
        };
    }

    static Optional<Subject> parse(String text) {
        return Arrays.stream(values()).filter(subject -> subject.text.equals(text)).findFirst();
    }

    static List<String> texts() {
        return Arrays.stream(values()).map(Subject::text).toList();
    }
}
