package io.vmferry.machine.metrics;

import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.machine.telemetry.ProtocolPoint;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.Side;
import java.util.EnumMap;
import java.util.Map;

/** Counts protocol points, and what follows from them. Owned by the engine's loop. */
public final class PointTally implements Probe, MetricSource {

    private final Side side;
    private final Map<PointName, Long> counts = new EnumMap<>(PointName.class);
    private long pauses;

    public PointTally(Side side) {
        this.side = side;
    }

    @Override
    public void reached(ProtocolPoint point) {
        counts.merge(point.name(), 1L, Long::sum);
        if (point.name() == PointName.STATUS
                && point.argument().equals(MigrationStatus.POSTCOPY_PAUSED.qmpName())) {
            pauses++;
        }
    }

    @Override
    public void read(Readings readings) {
        for (PointName point : PointName.values()) {
            if (point.reachedBy(side)) {
                readings.set(Metric.POINTS, point.text(), count(point));
            }
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

    private long count(PointName point) {
        return counts.getOrDefault(point, 0L);
    }
}
