package io.vmferry.lab.simulator;

import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;

/**
 * The clock and the task queue of one simulation. Tasks that are due at the same time run in the
 * order of their submission.
 *
 * <p>A broken rule is recorded here and ends the simulation at the next step: it may be detected in
 * the middle of an engine, which would handle the exception as its own bug.
 */
public final class VirtualTime {

    /** A task and its time. */
    static final class ScheduledTask implements Comparable<ScheduledTask> {

        private final long atNanos;
        private final long sequence;
        private Runnable task;

        ScheduledTask(long atNanos, long sequence, Runnable task) {
            this.atNanos = atNanos;
            this.sequence = sequence;
            this.task = task;
        }

        void cancel() {
            task = () -> {};
        }

        @Override
        public int compareTo(ScheduledTask other) {
            int byTime = Long.compare(atNanos, other.atNanos);
            return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
        }
    }

    private final PriorityQueue<ScheduledTask> agenda = new PriorityQueue<>();
    private long nowNanos;
    private long sequence;
    private Optional<Throwable> failure = Optional.empty();

    /** Virtual nanoseconds since the simulation began. */
    public long nowNanos() {
        return nowNanos;
    }

    ScheduledTask schedule(long delayNanos, Runnable task) {
        ScheduledTask entry =
                new ScheduledTask(nowNanos + Math.max(0, delayNanos), sequence++, task);
        agenda.add(entry);
        return entry;
    }

    /** Records why the simulation has failed; the first call counts. */
    void fail(Throwable why) {
        if (failure.isEmpty()) {
            failure = Optional.of(why);
        }
    }

    /**
     * Ends the simulation if it has failed.
     *
     * @throws AssertionError with the recorded failure
     */
    void check() {
        if (failure.isEmpty()) {
            return;
        }
        Throwable why = failure.get();
        throw why instanceof AssertionError broken
                ? broken
                : new BrokenRule(
                        Invariant.NO_EXCEPTION, "An exception that was not injected: " + why, why);
    }

    /**
     * Lets time pass until the condition holds.
     *
     * @return false when it does not hold by {@code limitNanos}, or no task is left
     * @throws AssertionError when the simulation has failed
     */
    public boolean runUntil(BooleanSupplier condition, long limitNanos) {
        check();
        while (!condition.getAsBoolean()) {
            ScheduledTask next = agenda.peek();
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
