package io.vmferry.protocol.status;

import io.vmferry.protocol.profile.Profile;
import java.util.List;
import java.util.Set;

/** The migration states one side of one QEMU version may go through. */
public final class MigrationTransitions {

    private final Side side;
    private final TransitionTable<MigrationStatus> table;

    private MigrationTransitions(Side side, TransitionTable<MigrationStatus> table) {
        this.side = side;
        this.table = table;
    }

    /** The table of a side under a profile. */
    public static MigrationTransitions of(Side side, Profile profile) {
        List<Transition<MigrationStatus>> rows =
                switch (side) {
                    case SOURCE -> SourceTransitions.rows(profile);
                    case DESTINATION -> DestinationTransitions.rows(profile);
                };
        return new MigrationTransitions(side, new TransitionTable<>(MigrationStatus.class, rows));
    }

    /** Whose table this is. */
    public Side side() {
        return side;
    }

    /** Whether a state may follow another one. */
    public boolean allows(MigrationStatus from, MigrationStatus to) {
        return table.allows(from, to);
    }

    /** What may follow a state. */
    public Set<MigrationStatus> successors(MigrationStatus from) {
        return table.successors(from);
    }

    /** The rows with their triggers, in reading order. */
    public List<Transition<MigrationStatus>> rows() {
        return table.rows();
    }

    /** The table as such, for rendering and checks. */
    public TransitionTable<MigrationStatus> table() {
        return table;
    }
}
