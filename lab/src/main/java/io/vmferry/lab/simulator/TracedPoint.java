package io.vmferry.lab.simulator;

import io.vmferry.machine.telemetry.ProtocolPoint;
import java.util.List;
import java.util.stream.Collectors;

/** A protocol point that a simulation has reached, and when in its virtual time. */
public record TracedPoint(long nanos, String host, ProtocolPoint point) {

    /** Points that the message of a failure shows. */
    private static final int LAST_POINTS = 30;

    /** The point without what differs from migration to migration. */
    public String label() {
        return Moment.label(point);
    }

    /** The last lines of a trace. */
    static String last(List<TracedPoint> reached) {
        return reached.stream()
                .skip(Math.max(0, reached.size() - LAST_POINTS))
                .map(TracedPoint::toString)
                .collect(Collectors.joining(System.lineSeparator()));
    }

    @Override
    public String toString() {
        return "%12.3f ms  %-12s %s".formatted(nanos / 1e6, host, point);
    }
}
