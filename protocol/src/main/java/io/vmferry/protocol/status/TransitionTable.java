package io.vmferry.protocol.status;

import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The allowed transitions between states, as immutable data. Two rows with the same ends are merged
 * by their author, not here: they are refused, so that a table reads as a set of edges.
 */
public final class TransitionTable<S extends Enum<S>> {

    private final List<Transition<S>> rows;
    private final Map<S, EnumSet<S>> successors;

    /** Makes a table from its rows. */
    public TransitionTable(Class<S> type, List<Transition<S>> rows) {
        this.rows = List.copyOf(rows);
        this.successors = new EnumMap<>(type);
        for (S state : type.getEnumConstants()) {
            successors.put(state, EnumSet.noneOf(type));
        }
        for (Transition<S> row : this.rows) {
            if (!followers(row.from()).add(row.to())) {
                throw new IllegalArgumentException(
                        "Two rows from " + row.from() + " to " + row.to());
            }
        }
    }

    /** The rows in the order they were written. */
    public List<Transition<S>> rows() {
        return rows;
    }

    /** Whether {@code to} may follow {@code from}. */
    public boolean allows(S from, S to) {
        return followers(from).contains(to);
    }

    /** Everything that may follow a state; empty for a state that is never left. */
    public Set<S> successors(S from) {
        return Collections.unmodifiableSet(followers(from));
    }

    private Set<S> followers(S from) {
        return Objects.requireNonNull(successors.get(from), "Every state has a set");
    }
}
