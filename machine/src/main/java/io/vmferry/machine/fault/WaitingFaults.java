package io.vmferry.machine.fault;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The faults that wait for something to happen for the n-th time. Each comes once. Belongs to one
 * thread.
 *
 * @param <N> the names of what happens
 */
public final class WaitingFaults<N> {

    private static final class PendingFault<N> {
        final PlannedFault<N> fault;
        final Occurrence<N> what;
        int left;

        PendingFault(PlannedFault<N> fault, Trigger.AtOccurrence<N> at) {
            this.fault = fault;
            this.what = at.what();
            this.left = at.ordinal();
        }
    }

    private final List<PendingFault<N>> waiting = new ArrayList<>();

    /** Waits with the faults that have such a place; others are left to the caller. */
    public WaitingFaults(List<PlannedFault<N>> faults) {
        for (PlannedFault<N> fault : faults) {
            if (fault.trigger() instanceof Trigger.AtOccurrence<N> at) {
                waiting.add(new PendingFault<>(fault, at));
            }
        }
    }

    /**
     * Counts something that happens.
     *
     * @param about its argument, asked for only if a fault depends on it
     * @return the faults whose turn it is, which wait no longer
     */
    public List<PlannedFault<N>> at(N happening, Supplier<String> about) {
        List<PlannedFault<N>> due = List.of();
        for (int i = 0; i < waiting.size(); i++) {
            PendingFault<N> next = waiting.get(i);
            if (next.what.matches(happening, about) && --next.left == 0) {
                waiting.remove(i--);
                due = due.isEmpty() ? new ArrayList<>() : due;
                due.add(next.fault);
            }
        }
        return due;
    }
}
