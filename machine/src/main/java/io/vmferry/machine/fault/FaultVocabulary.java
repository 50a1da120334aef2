package io.vmferry.machine.fault;

import java.util.List;
import java.util.Optional;

/**
 * What faults can be brought about somewhere: the names of their places, and which action fits to
 * which. The form of a fault is the same everywhere.
 *
 * @param <N> the names of what happens there
 */
public interface FaultVocabulary<N> {

    /** Which actions there are. */
    FaultHost host();

    /**
     * The place of a name.
     *
     * @throws IllegalArgumentException that says which names there are
     */
    N place(String name);

    /** A name at which no fault can be injected, but for which somebody can wait. */
    default Optional<N> awaitedOnly(String name) {
        return Optional.empty();
    }

    /** The names of places that take a while, so that a percentage of one is a place as well. */
    default List<String> lastingPlaces() {
        return List.of();
    }

    /** The channels that are carried at a place, for an action that names none. */
    default Optional<FaultChannel> carriedAt(N place) {
        return Optional.empty();
    }

    /** Whether the size of guest RAM is known, so that bytes may be counted in percent of it. */
    boolean knowsMemory();

    /**
     * Refuses an action that cannot be brought about at its place.
     *
     * @throws IllegalArgumentException with one clear line that says where it can
     */
    void check(PlannedFault<N> fault);
}
