package io.vmferry.machine.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vmferry.protocol.status.Side;
import java.time.Duration;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * The meters of a node. They show the {@link Readings} that were last given. Confined to the thread
 * that renders; only {@link #pageFault} is for all.
 */
final class Meters {

    /** Upper ends of the buckets for page faults, in microseconds. */
    private static final long[] FAULT_MICROS = {
        20,
        50,
        100,
        200,
        500,
        1_000,
        2_000,
        5_000,
        10_000,
        50_000,
        100_000,
        500_000,
        1_000_000,
        10_000_000
    };

    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Set<Readings.Series> registered = new HashSet<>();
    private final Side side;
    private final @Nullable Timer pageFaults;
    private Readings current = new Readings();
    private boolean complete;

    /** With the meters of the JVM and the process. */
    static Meters withProcess(Side side) {
        return new Meters(side, false);
    }

    /** Of the migration alone, which show what was read and nothing else. */
    static Meters ofMigration(Side side) {
        return new Meters(side, true);
    }

    private Meters(Side side, boolean complete) {
        this.side = side;
        this.complete = complete;
        registry.config().meterFilter(ProcessMeters.filter());
        this.pageFaults = side == Side.DESTINATION ? pageFaultTimer(registry) : null;
    }

    private static Timer pageFaultTimer(MeterRegistry registry) {
        return Timer.builder(Metric.PAGE_FAULT_LATENCY.micrometerName())
                .description(Metric.PAGE_FAULT_LATENCY.help())
                .serviceLevelObjectives(
                        LongStream.of(FAULT_MICROS)
                                .mapToObj(TimeUnit.MICROSECONDS::toNanos)
                                .map(Duration::ofNanos)
                                .toArray(Duration[]::new))
                .register(registry);
    }

    /** Records one page fault of a destination. Callable from any thread. */
    void pageFault(long nanos) {
        Objects.requireNonNull(pageFaults, "The source has no page faults")
                .record(nanos, TimeUnit.NANOSECONDS);
    }

    /**
     * Renders a picture.
     *
     * @param contentType one of Prometheus' text formats
     */
    String render(Readings readings, String contentType) {
        current = readings;
        if (!complete) {
            // at the first scrape, so that a start is not slowed down by it
            complete = true;
            new ProcessMeters().bindTo(registry);
        }
        for (Readings.Series series : readings.series()) {
            if (registered.add(series)) {
                register(series);
            }
        }
        return registry.scrape(contentType);
    }

    private void register(Readings.Series series) {
        Metric metric = series.metric();
        if (!metric.of(side)) {
            throw new IllegalStateException(metric + " is no metric of the " + side);
        }
        Tags tags =
                metric.label().isEmpty()
                        ? Tags.empty()
                        : Tags.of(metric.label(), series.labelValue());
        String unit = metric.unit().isEmpty() ? null : metric.unit();
        switch (metric.kind()) {
            case COUNTER ->
                    FunctionCounter.builder(
                                    metric.micrometerName(), this, self -> self.current.get(series))
                            .baseUnit(unit)
                            .description(metric.help())
                            .tags(tags)
                            .register(registry);
            case GAUGE ->
                    Gauge.builder(metric.micrometerName(), this, self -> self.current.get(series))
                            .baseUnit(unit)
                            .description(metric.help())
                            .tags(tags)
                            .register(registry);
            case HISTOGRAM -> throw new IllegalStateException(metric + " is recorded, not read");
        }
    }

    /** How a metric behaves over time, in Prometheus' terms. */
    public enum MetricKind {
        /** Only grows, but begins anew with the process or, where that is said, the migration. */
        COUNTER,
        /** Goes up and down. */
        GAUGE,
        /** Counts observations in buckets. */
        HISTOGRAM
    }
}
