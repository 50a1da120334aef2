package io.vmferry.machine.fault;

import io.vmferry.machine.control.Control;
import io.vmferry.machine.control.PointWaiter;
import io.vmferry.machine.control.RefusedException;
import io.vmferry.machine.link.EngineLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Who waits for something to happen for the n-th time, or for the end of the wait. Belongs to one
 * thread.
 *
 * @param <N> the names of what happens
 */
final class PointWaits<N> {

    private static final class PendingWait<N> {
        final long id;
        final Occurrence<N> what;
        final PointWaiter waiter;
        long left;

        PendingWait(long id, Occurrence<N> what, long left, PointWaiter waiter) {
            this.id = id;
            this.what = what;
            this.left = left;
            this.waiter = waiter;
        }
    }

    /** A wait with the timer that ends it. */
    private record TimedWait<N>(PendingWait<N> pending, EngineLoop.Timer limit) {}

    private final EngineLoop loop;
    private final List<TimedWait<N>> waits = new ArrayList<>();
    private long lastId;

    PointWaits(EngineLoop loop) {
        this.loop = loop;
    }

    /** An id for a wait. */
    long nextId() {
        return ++lastId;
    }

    /**
     * Waits.
     *
     * @param left how often it has to happen from now on
     * @throws RefusedException when too many wait
     */
    void add(long id, Occurrence<N> what, long left, long limitMillis, PointWaiter waiter)
            throws RefusedException {
        waits.removeIf(PointWaits::gone);
        if (waits.size() >= Control.MAX_POINT_WAITS) {
            throw new RefusedException(
                    "%d waits for points are under way: expected fewer than %d"
                            .formatted(waits.size(), Control.MAX_POINT_WAITS));
        }
        PendingWait<N> wait = new PendingWait<>(id, what, left, waiter);
        EngineLoop.Timer limit =
                loop.schedule(TimeUnit.MILLISECONDS.toNanos(limitMillis), () -> expired(wait));
        waits.add(new TimedWait<>(wait, limit));
    }

    private static boolean gone(TimedWait<?> timed) {
        boolean gone = timed.pending.waiter.gone();
        if (gone) {
            timed.limit.cancel();
        }
        return gone;
    }

    private void expired(PendingWait<N> wait) {
        waits.removeIf(timed -> timed.pending == wait);
        wait.waiter.over(wait.id, false);
    }

    /** Whether somebody waits for something of a name. */
    boolean waitFor(N name) {
        for (int i = 0; i < waits.size(); i++) {
            if (waits.get(i).pending.what.name().equals(name)) {
                return true;
            }
        }
        return false;
    }

    /** Counts something that happens, and notifies those whose turn it is. */
    void at(N happening, Supplier<String> about) {
        for (int i = 0; i < waits.size(); i++) {
            TimedWait<N> next = waits.get(i);
            if (next.pending.what.matches(happening, about) && --next.pending.left == 0) {
                waits.remove(i--);
                next.limit.cancel();
                next.pending.waiter.over(next.pending.id, true);
            }
        }
    }
}
