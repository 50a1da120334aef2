package io.vmferry.lab.simulator;

import io.vmferry.machine.telemetry.ProtocolPoint;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.Side;

/** The rules for the protocol points of one migration, at each side and between the sides. */
final class MigrationRules {

    private final SimulatedPair pair;
    private final PairRules both;
    private final PointRules source;
    private final PointRules destination;

    /** A migration that is about to begin. */
    MigrationRules(SimulatedPair pair, SimulatedPair.Destination to) {
        this.pair = pair;
        this.both = new PairRules(pair, to);
        this.source = new PointRules(Side.SOURCE, pair.scenario.profile(), MigrationStatus.NONE);
        this.destination =
                new PointRules(Side.DESTINATION, to.options.profile(), to.engine.status());
    }

    /**
     * Checks and records a point.
     *
     * @throws BrokenRule when it is not allowed now
     */
    void reached(ProtocolPoint point, SimulatedSide side) {
        (side == pair.source ? source : destination).reached(point);
        both.reached(point, side);
    }
}
