package io.vmferry.protocol.failure;

import static io.vmferry.protocol.failure.Consequence.CANCEL_AND_KEEP;
import static io.vmferry.protocol.failure.Consequence.COMPLETE;
import static io.vmferry.protocol.failure.Consequence.FAIL_AND_KEEP;
import static io.vmferry.protocol.failure.Consequence.KEEP_RUNNING;
import static io.vmferry.protocol.failure.Consequence.PAUSE;
import static io.vmferry.protocol.failure.Consequence.REJECT;
import static io.vmferry.protocol.failure.Consequence.SETTLE_BY_LEASE;
import static io.vmferry.protocol.failure.Consequence.WAIT_FOR_PEER;
import static io.vmferry.protocol.failure.FailureTable.GuestOwner.DESTINATION;
import static io.vmferry.protocol.failure.FailureTable.GuestOwner.DESTINATION_COMPLETE;
import static io.vmferry.protocol.failure.FailureTable.GuestOwner.SETTLED;
import static io.vmferry.protocol.failure.FailureTable.GuestOwner.SOURCE;
import static io.vmferry.protocol.failure.FailureTable.GuestOwner.UNDECIDED;

import io.vmferry.protocol.failure.Failure.FailureKind;
import io.vmferry.protocol.status.Side;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Who has the guest × what happened → what a side does about it. One table for each side; every
 * owner and kind has exactly one row. {@code migrate-pause} has the rows of a broken channel, since
 * QEMU's {@code migrate-pause} shuts the channels down and lets their end decide.
 */
public final class FailureTable {

    /**
     * One row.
     *
     * @param reason why, for documentation
     */
    public record FailureRow(
            GuestOwner owner, Set<FailureKind> kinds, Consequence consequence, String reason) {}

    /** A row that lacks its reason. */
    private interface FailureRowStart {
        FailureRow because(String reason);
    }

    private static final Set<FailureKind> CANCEL = Set.of(FailureKind.CANCEL_COMMAND);
    private static final Set<FailureKind> BUG = Set.of(FailureKind.BUG);
    private static final Set<FailureKind> ALL = EnumSet.allOf(FailureKind.class);
    private static final Set<FailureKind> ALL_BUT_CANCEL = without(ALL, CANCEL);

    private static final String ONLY_SOURCE_CANCELS = "the source alone can cancel";

    private static final FailureTable OF_SOURCE = new FailureTable(sourceRows());
    private static final FailureTable OF_DESTINATION = new FailureTable(destinationRows());

    private final List<FailureRow> rows;
    private final Map<GuestOwner, Map<FailureKind, Consequence>> cells =
            new EnumMap<>(GuestOwner.class);

    private FailureTable(List<FailureRow> rows) {
        this.rows = rows;
        for (FailureRow row : rows) {
            Map<FailureKind, Consequence> line =
                    cells.computeIfAbsent(row.owner(), _ -> new EnumMap<>(FailureKind.class));
            for (FailureKind kind : row.kinds()) {
                if (line.put(kind, row.consequence()) != null) {
                    throw new IllegalArgumentException(
                            "Two rows for %s and %s".formatted(row.owner(), kind));
                }
            }
        }
    }

    /** The table of a side. */
    public static FailureTable of(Side side) {
        return switch (side) {
            case SOURCE -> OF_SOURCE;
            case DESTINATION -> OF_DESTINATION;
        };
    }

    /** What the side does about a failure of this kind while the owner has the guest. */
    public Consequence consequence(GuestOwner owner, FailureKind kind) {
        Map<FailureKind, Consequence> row = Objects.requireNonNull(cells.get(owner), owner.name());
        return Objects.requireNonNull(row.get(kind), kind.name());
    }

    /** The rows in reading order. */
    public List<FailureRow> rows() {
        return rows;
    }

    private static List<FailureRow> sourceRows() {
        return List.of(
                row(SOURCE, ALL_BUT_CANCEL, FAIL_AND_KEEP)
                        .because("nothing has left that could run elsewhere"),
                row(SOURCE, CANCEL, CANCEL_AND_KEEP).because("the operator wants the guest here"),
                row(UNDECIDED, without(ALL_BUT_CANCEL, BUG), SETTLE_BY_LEASE)
                        .because(
                                "no answer will come any more, and the guest may run at the destination"),
                row(UNDECIDED, BUG, WAIT_FOR_PEER)
                        .because(
                                "the destination does not know of it, and its answer shows who has the guest"),
                row(UNDECIDED, CANCEL, CANCEL_AND_KEEP)
                        .because(
                                "QEMU cancels here too; the lease keeps a second guest from running"),
                row(DESTINATION, ALL_BUT_CANCEL, PAUSE)
                        .because("the guest runs there, and its missing pages are here"),
                row(DESTINATION, CANCEL, REJECT)
                        .because("the guest would lose the pages that are here"),
                row(DESTINATION_COMPLETE, ALL_BUT_CANCEL, COMPLETE)
                        .because("the destination has said that it needs nothing more"),
                row(DESTINATION_COMPLETE, CANCEL, REJECT)
                        .because("there is nothing left to cancel"),
                row(SETTLED, ALL, KEEP_RUNNING).because("nothing is under way that could fail"));
    }

    private static List<FailureRow> destinationRows() {
        return List.of(
                row(SOURCE, ALL_BUT_CANCEL, FAIL_AND_KEEP)
                        .because(
                                "nothing runs here, and the failure is reported to the source if possible"),
                row(SOURCE, CANCEL, REJECT).because(ONLY_SOURCE_CANCELS),
                row(UNDECIDED, ALL_BUT_CANCEL, SETTLE_BY_LEASE)
                        .because("the lease was asked, and what it says decides who has the guest"),
                row(UNDECIDED, CANCEL, REJECT).because(ONLY_SOURCE_CANCELS),
                row(DESTINATION, ALL_BUT_CANCEL, PAUSE)
                        .because("the guest runs here and waits for the pages that the source has"),
                row(DESTINATION, CANCEL, REJECT).because(ONLY_SOURCE_CANCELS),
                row(DESTINATION_COMPLETE, ALL_BUT_CANCEL, COMPLETE)
                        .because("all of RAM is here, so nothing is lost"),
                row(DESTINATION_COMPLETE, CANCEL, REJECT).because(ONLY_SOURCE_CANCELS),
                row(SETTLED, ALL, KEEP_RUNNING).because("nothing is under way that could fail"));
    }

    private static FailureRowStart row(
            GuestOwner owner, Set<FailureKind> kinds, Consequence consequence) {
        return reason -> new FailureRow(owner, kinds, consequence, reason);
    }

    private static Set<FailureKind> without(Set<FailureKind> kinds, Set<FailureKind> some) {
        Set<FailureKind> rest = EnumSet.copyOf(kinds);
        rest.removeAll(some);
        return Collections.unmodifiableSet(rest);
    }

    /** The owner of the guest during a migration, as one side knows it. */
    public enum GuestOwner {
        SOURCE("the source"),
        /**
         * Handed over without an answer yet: the source has sent all that the destination needs to
         * run the guest, or the destination is taking the lease.
         */
        UNDECIDED("not known yet"),
        DESTINATION("the destination, without all of its memory"),
        DESTINATION_COMPLETE("the destination, with all of its memory"),
        SETTLED("either side, the migration has ended or is paused");

        private final String meaning;

        GuestOwner(String meaning) {
            this.meaning = meaning;
        }

        /** Who has the guest, for documentation. */
        public String meaning() {
            return meaning;
        }
    }
}
