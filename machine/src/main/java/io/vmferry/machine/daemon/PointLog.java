package io.vmferry.machine.daemon;

import io.vmferry.machine.telemetry.Probe;
import io.vmferry.machine.telemetry.ProtocolPoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The log of every protocol point, with {@code --verbose}. */
final class PointLog {

    private static final Logger log = LoggerFactory.getLogger(Node.class);

    private PointLog() {}

    /** The probe that a node's options ask for. */
    static Probe of(NodeSpec spec) {
        if (!spec.verbose()) {
            return Probe.NONE;
        }
        return switch (spec.logFormat()) {
            case TEXT -> Probe.of(point -> log.debug("{}", point));
            case JSON -> Probe.of(PointLog::inParts);
        };
    }

    private static void inParts(ProtocolPoint point) {
        log.atDebug()
                .addKeyValue("point", point.name().text())
                .addKeyValue("argument", point.argumentText())
                .log(point.toString());
    }
}
