package io.vmferry.lab.simulator;

import io.vmferry.machine.telemetry.ProtocolPoint;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.MigrationTransitions;
import io.vmferry.protocol.status.Side;
import java.util.HashSet;
import java.util.Set;

/**
 * What holds for the protocol points of one side during one migration, whatever goes wrong: its
 * status moves along the table only, and a page that is waited for was asked for on the channels
 * that stand, and is placed once.
 */
final class PointRules {

    private final Side side;
    private final MigrationTransitions transitions;
    private final Set<String> placed = new HashSet<>();
    private final Set<String> asked = new HashSet<>();
    private MigrationStatus status;

    /**
     * @param status in which the side is now
     */
    PointRules(Side side, Profile profile, MigrationStatus status) {
        this.side = side;
        this.status = status;
        this.transitions = MigrationTransitions.of(side, profile);
    }

    /**
     * Takes note of a point.
     *
     * @throws AssertionError when it may not come now
     */
    void reached(ProtocolPoint point) {
        switch (point.name()) {
            case STATUS -> moved(MigrationStatus.fromQmpName(point.argument()).orElseThrow());
            case REQ_PAGES_SENT -> asked.add(point.argument());
            case REQUESTED_PAGE_PLACED -> {
                if (!asked.contains(point.argument())) {
                    throw new BrokenRule(
                            Invariant.ASKED,
                            "Page " + point.argument() + " was waited for and not asked for");
                }
                if (!placed.add(point.argument())) {
                    throw new BrokenRule(
                            Invariant.PLACED_ONCE,
                            "Page " + point.argument() + " was placed twice");
                }
            }
            default -> {
                // says nothing about either
            }
        }
    }

    private void moved(MigrationStatus next) {
        if (!transitions.allows(status, next)) {
            throw new BrokenRule(
                    Invariant.STATES,
                    "The %s went from %s to %s, which is not in the table"
                            .formatted(side, status.qmpName(), next.qmpName()));
        }
        status = next;
        if (next == MigrationStatus.POSTCOPY_PAUSED) {
            asked.clear();
        }
    }
}
