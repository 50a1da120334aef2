package io.vmferry.lab.bench;

import io.vmferry.protocol.Named;
import java.util.List;

/** A measurement by the name that {@code scripts/bench} takes. */
@SuppressWarnings("ImmutableEnumChecker") // a method reference
enum Subject implements Named {
    PRECOPY_RANDOM(PrecopyRandom::touched),
    PRECOPY_FIRST_TOUCH(PrecopyRandom::firstTouch),
    MULTIFD(MultifdRate::plain),
    MULTIFD_ZLIB(MultifdRate::zlib),
    MULTIFD_ZSTD(MultifdRate::zstd),
    TLS(TlsRate::measure),
    PIPE(PipeThroughput::measure),
    ZERO_SCAN(ZeroScan::measure),
    SPARSE_64G(MemoryUse::sparse),
    CONVERGE(Converge::measure),
    FAULT_LATENCY(Postcopy::idle),
    FAULT_LATENCY_SATURATED(Postcopy::saturated),
    POSTCOPY_DOWNTIME(Postcopy::downtime),
    POSTCOPY_THROUGHPUT(Postcopy::throughput),
    RECOVERY(RecoveryTime::measure),
    METRICS(MetricsCost::measure),
    MEMORY(MemoryUse::dense),
    STARTUP(Startup::measure),
    SIMULATIONS(Simulations::measure),
    LIMITS(MachineLimits::measure);

    private interface Measurement {
        List<Figure> in(BenchContext context) throws Exception;
    }

    private final Measurement measurement;

    Subject(Measurement measurement) {
        this.measurement = measurement;
    }

    /** Measures the figures that belong to it. */
    List<Figure> measure(BenchContext context) throws Exception {
        return measurement.in(context);
    }
}
