package io.vmferry.protocol.status;

import io.vmferry.protocol.profile.Profile;

/** The migration statuses that one side of one QEMU version may go through. */
public final class MigrationTransitions {

    private MigrationTransitions() {}

    /** The table of a side under a profile. */
    public static TransitionTable<MigrationStatus> of(Side side, Profile profile) {
        return new TransitionTable<>(
                MigrationStatus.class,
                switch (side) {
                    case SOURCE -> SourceTransitions.rows(profile);
                    case DESTINATION -> DestinationTransitions.rows(profile);
                });
    }
}
