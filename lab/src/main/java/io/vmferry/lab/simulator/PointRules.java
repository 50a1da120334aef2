package io.vmferry.lab.simulator;

import io.vmferry.machine.memory.HostPages;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.ProtocolPoint;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.MigrationTransitions;
import io.vmferry.protocol.status.Side;
import io.vmferry.protocol.status.TransitionTable;
import java.util.HashSet;
import java.util.Set;

/**
 * The rules for the protocol points of one side during one migration: its status follows the
 * transition table, and a page that is waited for was requested on the current channels and is
 * placed once.
 */
final class PointRules {

    /** A host page by its block and number. */
    private record Page(RamBlock block, long firstPage) {

        static Page of(HostPages pages) {
            return new Page(pages.block(), pages.firstPage());
        }
    }

    private final Side side;
    private final TransitionTable<MigrationStatus> transitions;
    private final Set<Page> placed = new HashSet<>();
    private final Set<Page> asked = new HashSet<>();
    private MigrationStatus status;

    /**
     * @param status the current status of the side
     */
    PointRules(Side side, Profile profile, MigrationStatus status) {
        this.side = side;
        this.status = status;
        this.transitions = MigrationTransitions.of(side, profile);
    }

    /**
     * Checks and records a point.
     *
     * @throws AssertionError when it is not allowed now
     */
    void reached(ProtocolPoint point) {
        point.argument(PointName.STATUS).ifPresent(this::moved);
        point.argument(PointName.REQ_PAGES_SENT).ifPresent(pages -> asked.add(Page.of(pages)));
        point.argument(PointName.REQUESTED_PAGE_PLACED).ifPresent(this::placed);
    }

    private void placed(HostPages pages) {
        if (!asked.contains(Page.of(pages))) {
            throw new BrokenRule(
                    Invariant.ASKED, "Page " + pages + " was waited for, but not requested");
        }
        if (!placed.add(Page.of(pages))) {
            throw new BrokenRule(Invariant.PLACED_ONCE, "Page " + pages + " was placed twice");
        }
    }

    private void moved(MigrationStatus next) {
        Invariant.STATES.require(
                transitions.allows(status, next),
                "The %s went from %s to %s, a transition that is not in the table"
                        .formatted(side, status.text(), next.text()));
        status = next;
        if (next == MigrationStatus.POSTCOPY_PAUSED) {
            asked.clear();
        }
    }
}
