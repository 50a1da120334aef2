package io.vmferry.lab.simulator;

import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;

/**
 * The clock and the agenda of one simulation. What is due at the same time runs in order of entry.
 *
 * <p>What breaks a rule is noted here and ends the simulation at the next step: it may be found in
 * the middle of an engine, which would take it for its own bug.
 */
public final class VirtualTime {

    /** One thing to do. */
    static final class Entry implements Comparable<Entry> {

        private final long atNanos;
        private final long sequence;
        private Runnable task;

        Entry(long atNanos, long sequence, Runnable task) {
            this.atNanos = atNanos;
            this.sequence = sequence;
            this.task = task;
        }

        void cancel() {
            task = () -> {};
        }

        @Override
        public int compareTo(Entry other) {
            int byTime = Long.compare(atNanos, other.atNanos);
            return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
        }
    }

    private final PriorityQueue<Entry> agenda = new PriorityQueue<>();
    private long nowNanos;
    private long sequence;
    private Optional<Throwable> failure = Optional.empty();

    /** Virtual nanoseconds since the simulation began. */
    public long nowNanos() {
        return nowNanos;
    }

    Entry schedule(long delayNanos, Runnable task) {
        Entry entry = new Entry(nowNanos + Math.max(0, delayNanos), sequence++, task);
        agenda.add(entry);
        return entry;
    }

    /** Something happened that must not; the first one counts. */
    void fail(Throwable why) {
        if (failure.isEmpty()) {
            failure = Optional.of(why);
        }
    }

    /**
     * Ends the simulation if something has happened that must not.
     *
     * @throws AssertionError with what it was
     */
    void check() {
        if (failure.isEmpty()) {
            return;
        }
        Throwable why = failure.get();
        throw why instanceof AssertionError broken
                ? broken
                : new BrokenRule(Invariant.NO_EXCEPTION, "Nobody has planned that: " + why, why);
    }

    /**
     * Lets time pass until the condition holds.
     *
     * @return false when it does not hold by {@code limitNanos}, or nothing is left to happen
     * @throws AssertionError when something has happened that must not
     */
    public boolean runUntil(BooleanSupplier condition, long limitNanos) {
        check();
        while (!condition.getAsBoolean()) {
            Entry next = agenda.peek();
            if (next == null || next.atNanos > limitNanos) {
                return false;
            }
            agenda.remove();
            nowNanos = next.atNanos;
            next.task.run();
            check();
        }
        return true;
    }
}
