package io.vmferry.lab.simulator;

import io.vmferry.machine.memory.HostPages;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.telemetry.PointName;
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

    /** A host page by what names it. */
    private record Page(RamBlock block, long firstPage) {

        static Page of(HostPages pages) {
            return new Page(pages.block(), pages.firstPage());
        }
    }

    private final Side side;
    private final MigrationTransitions transitions;
    private final Set<Page> placed = new HashSet<>();
    private final Set<Page> asked = new HashSet<>();
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
        point.argument(PointName.STATUS).ifPresent(this::moved);
        point.argument(PointName.REQ_PAGES_SENT).ifPresent(pages -> asked.add(Page.of(pages)));
        point.argument(PointName.REQUESTED_PAGE_PLACED).ifPresent(this::placed);
    }

    private void placed(HostPages pages) {
        if (!asked.contains(Page.of(pages))) {
            throw new BrokenRule(
                    Invariant.ASKED, "Page " + pages.text() + " was waited for and not asked for");
        }
        if (!placed.add(Page.of(pages))) {
            throw new BrokenRule(
                    Invariant.PLACED_ONCE, "Page " + pages.text() + " was placed twice");
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
