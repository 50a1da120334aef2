package io.vmferry.protocol.status;

import io.vmferry.protocol.profile.Profile;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The one place where the status of a migration changes: a compare-and-set that consults the
 * transition table. Any thread may read; the engine's loop moves.
 */
public final class MigrationState {

    /** Called for every move, on its thread and after the new status is visible. */
    @FunctionalInterface
    public interface StatusListener {
        /** The status was moved; the MIGRATION event belongs here. */
        void moved(MigrationStatus from, MigrationStatus to);
    }

    private final Side side;
    private final TransitionTable<MigrationStatus> transitions;
    private final StatusListener listener;
    private final AtomicReference<MigrationStatus> status =
            new AtomicReference<>(MigrationStatus.NONE);

    /** A side that has not migrated yet. */
    public MigrationState(Side side, Profile profile, StatusListener listener) {
        this.side = side;
        this.transitions = MigrationTransitions.of(side, profile);
        this.listener = listener;
    }

    /** The status now. */
    public MigrationStatus get() {
        return Objects.requireNonNull(status.get(), "There is a status from the beginning");
    }

    /** Whether a status may follow the one that there is now. */
    public boolean allows(MigrationStatus next) {
        return transitions.allows(get(), next);
    }

    /**
     * Moves from one status to the next and calls the listener.
     *
     * @return false, without a change or a call, when the status is not the expected one
     * @throws IllegalStateException when the table does not hold such a move
     */
    public boolean move(MigrationStatus expected, MigrationStatus next) {
        if (!transitions.allows(expected, next)) {
            throw new IllegalStateException(
                    "The %s cannot go from %s to %s".formatted(side, expected.text(), next.text()));
        }
        if (!status.compareAndSet(expected, next)) {
            return false;
        }
        listener.moved(expected, next);
        return true;
    }

    /**
     * Forgets a finished migration, as {@code migrate} does before it begins a new one: the
     * listener is not called. A side that never migrated stays as it is.
     *
     * @throws IllegalStateException when a migration is in progress, or on a destination that
     *     already loaded
     */
    public void restart() {
        MigrationStatus finished = get();
        if (finished == MigrationStatus.NONE) {
            return;
        }
        if (!transitions.allows(finished, MigrationStatus.NONE)
                || !status.compareAndSet(finished, MigrationStatus.NONE)) {
            throw new IllegalStateException(
                    "The %s cannot start anew from %s".formatted(side, finished.text()));
        }
    }
}
