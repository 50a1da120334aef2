package io.vmferry.lab.simulator;

import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;

/**
 * The clock and the agenda of one simulation. What is due at the same time runs in order of entry.
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

    /** Virtual nanoseconds since the simulation began. */
    public long nowNanos() {
        return nowNanos;
    }

    Entry schedule(long delayNanos, Runnable task) {
        Entry entry = new Entry(nowNanos + Math.max(0, delayNanos), sequence++, task);
        agenda.add(entry);
        return entry;
    }

    /**
     * Lets time pass until the condition holds.
     *
     * @return false when it does not hold by {@code limitNanos}, or nothing is left to happen
     */
    public boolean runUntil(BooleanSupplier condition, long limitNanos) {
        while (!condition.getAsBoolean()) {
            Entry next = agenda.peek();
            if (next == null || next.atNanos > limitNanos) {
                return false;
            }
            agenda.remove();
            nowNanos = next.atNanos;
            next.task.run();
        }
        return true;
    }
}
