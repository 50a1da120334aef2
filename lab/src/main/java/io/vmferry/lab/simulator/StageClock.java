package io.vmferry.lab.simulator;

import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.ProtocolPoint;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.stream.CommandType;
import java.util.EnumSet;
import java.util.Set;

/** Tells the {@link Stage} of a migration from the protocol points that its sides have reached. */
final class StageClock {

    private final SimulatedPair pair;
    private final SimulatedPair.Destination destination;
    private final Set<PointName> source = EnumSet.noneOf(PointName.class);
    private boolean runReceived;

    StageClock(SimulatedPair pair, SimulatedPair.Destination destination) {
        this.pair = pair;
        this.destination = destination;
    }

    void atPoint(ProtocolPoint point, SimulatedSide side) {
        if (side == pair.source) {
            source.add(point.name());
        } else if (point.name() == PointName.COMMAND_RECEIVED
                && point.argument().equals(CommandType.POSTCOPY_RUN.toString())) {
            runReceived = true;
        }
    }

    Stage now() {
        boolean leased = pair.lease.wasTakenBy(destination.side.host);
        if (destination.engine.status() == MigrationStatus.COMPLETED) {
            if (pair.outgoing.status() == MigrationStatus.COMPLETED) {
                return Stage.OVER;
            }
            if (leased) {
                return Stage.ARRIVED;
            }
            // without autostart nobody has claimed it: the source may still have it back
        }
        if (!source.contains(PointName.PACKAGE_SENT)) {
            if (!source.contains(PointName.EOF_SENT)) {
                return Stage.PRECOPY;
            }
            // who has taken it runs the guest as soon as it knows that it has
            return leased ? Stage.ARRIVED : Stage.STREAM_SENT;
        }
        boolean tells = pair.scenario.tellsPackageLoaded();
        boolean taken = tells ? leased : runReceived;
        boolean said = tells && source.contains(PointName.PACKAGE_LOADED);
        if (!taken && !said) {
            return Stage.PACKAGE_SENT;
        }
        if (source.contains(PointName.EOF_SENT)) {
            return Stage.RAM_SENT;
        }
        return said || !tells ? Stage.HANDED_OVER : Stage.GRAY;
    }
}
