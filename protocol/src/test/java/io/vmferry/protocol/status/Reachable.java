package io.vmferry.protocol.status;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.Set;

/** The states that can be reached by the transitions of a table. */
final class Reachable {

    private Reachable() {}

    /** All states on paths from {@code start}, including {@code start}. */
    static <S extends Enum<S>> Set<S> from(TransitionTable<S> table, S start) {
        EnumSet<S> seen = EnumSet.of(start);
        Deque<S> open = new ArrayDeque<>(seen);
        while (!open.isEmpty()) {
            for (S next : table.successors(open.remove())) {
                if (seen.add(next)) {
                    open.add(next);
                }
            }
        }
        return seen;
    }
}
