package io.vmferry.machine.fault;

import io.vmferry.machine.link.Cancellable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The faults that wait for something to happen for the n-th time. Each comes once. Belongs to one
 * thread.
 *
 * @param <N> the names of what happens
 */
final class WaitingFaults<N> {

    private static final class PendingFault<N> {
        final PlannedFault<N> fault;
        final Occurrence<N> what;
        long left;

        PendingFault(PlannedFault<N> fault, Occurrence<N> what, long left) {
            this.fault = fault;
            this.what = what;
            this.left = left;
        }
    }

    private final List<PendingFault<N>> waiting = new ArrayList<>();

    /**
     * Waits with a fault.
     *
     * @param left how often it has to happen from now on
     * @return what ends the wait
     */
    Cancellable add(PlannedFault<N> fault, Occurrence<N> what, long left) {
        PendingFault<N> pending = new PendingFault<>(fault, what, left);
        waiting.add(pending);
        return () -> waiting.remove(pending);
    }

    /** Whether a fault waits for something of a name. */
    boolean waitFor(N name) {
        for (int i = 0; i < waiting.size(); i++) {
            if (waiting.get(i).what.name().equals(name)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Counts something that happens.
     *
     * @param about its argument, asked for only if a fault depends on it
     * @return the faults whose turn it is, which wait no longer
     */
    List<PlannedFault<N>> at(N happening, Supplier<String> about) {
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
