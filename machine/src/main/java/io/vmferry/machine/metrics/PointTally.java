package io.vmferry.machine.metrics;

import io.vmferry.machine.metrics.Readings.MetricSource;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.failure.Failure.FailureKind;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.Side;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts protocol points, and what follows from them. Confined to the engine's loop. */
public final class PointTally implements Probe, MetricSource {

    private final Side side;
    private final long[] counts = new long[PointName.values().size()];
    private final Map<FailureKind, Long> failures = new EnumMap<>(FailureKind.class);
    private long pauses;

    public PointTally(Side side) {
        this.side = side;
    }

    @Override
    public <A> void reached(PointName<A> name, @Nullable A argument) {
        counts[name.ordinal()]++;
        if (name == PointName.STATUS && argument == MigrationStatus.POSTCOPY_PAUSED) {
            pauses++;
        }
        if (name == PointName.FAILURE) {
            failures.merge(PointName.FAILURE.argument(argument), 1L, Long::sum);
        }
    }

    @Override
    public void read(Readings readings) {
        for (PointName<?> point : PointName.values()) {
            if (point.reachedBy(side)) {
                readings.set(Metric.POINTS, point.text(), count(point));
            }
        }
        for (FailureKind kind : FailureKind.values()) {
            readings.set(Metric.FAILURES, kind.text(), failures.getOrDefault(kind, 0L));
        }
        readings.set(Metric.PAUSES, pauses);
        readings.set(Metric.FAULTS_INJECTED, count(PointName.FAULT_INJECTED));
        readings.set(
                Metric.RECOVERIES,
                count(
                        side == Side.SOURCE
                                ? PointName.RESUME_ACKNOWLEDGED
                                : PointName.RESUME_ACK_SENT));
    }

    private long count(PointName<?> point) {
        return counts[point.ordinal()];
    }
}
