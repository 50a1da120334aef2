package io.vmferry.lab.simulator;

import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.ProtocolPoint;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.stream.CommandType;
import java.util.HashSet;
import java.util.Set;

/**
 * Derives the {@link Milestone} of a migration from the protocol points that its sides have
 * reached.
 */
final class Milestones {

    private final SimulatedPair pair;
    private final SimulatedPair.Destination destination;
    private final Set<PointName<?>> source = new HashSet<>();
    private boolean packaging;
    private boolean packageSent;

    Milestones(SimulatedPair pair, SimulatedPair.Destination destination) {
        this.pair = pair;
        this.destination = destination;
    }

    void atPoint(ProtocolPoint point, SimulatedSide side) {
        if (side == pair.source) {
            packageSent |= packaging && followsPackage(point);
            packaging |= point.is(PointName.COMMAND_SENT, CommandType.PACKAGED);
            source.add(point.name());
        }
    }

    /** Whether a point follows the package, which is written right after its command. */
    private boolean followsPackage(ProtocolPoint point) {
        return point.name() == PointName.COMMAND_SENT
                || point.name() == PointName.PACKAGE_SENT
                || (point.name() == PointName.STATUS && pair.outgoing.status().inPostcopy());
    }

    Milestone now() {
        boolean leased =
                pair.scenario.leased()
                        ? pair.lease.wasTakenBy(destination.side.host)
                        : destination.side.has(PointName.GUEST_STARTED);
        if (destination.engine.status() == MigrationStatus.COMPLETED) {
            if (pair.outgoing.status() == MigrationStatus.COMPLETED) {
                return Milestone.OVER;
            }
            if (leased) {
                return Milestone.ARRIVED;
            }
            // without autostart no side has taken the lease: the source may still get it back
        }
        if (!packageSent) {
            if (!source.contains(PointName.EOF_SENT)) {
                return Milestone.PRECOPY;
            }
            // a destination that has taken the lease starts the guest
            return leased ? Milestone.ARRIVED : Milestone.STREAM_SENT;
        }
        boolean tells = pair.scenario.tellsPackageLoaded();
        boolean taken = tells ? leased : destination.ran();
        boolean said = tells && source.contains(PointName.PACKAGE_LOADED);
        if (!taken && !said) {
            return Milestone.PACKAGE_SENT;
        }
        if (source.contains(PointName.EOF_SENT)) {
            return Milestone.RAM_SENT;
        }
        return said || !tells ? Milestone.HANDED_OVER : Milestone.GRAY;
    }
}
