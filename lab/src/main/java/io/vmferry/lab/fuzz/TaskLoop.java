package io.vmferry.lab.fuzz;

import io.vmferry.machine.link.EngineLoop;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;

/**
 * The loop of an engine under fuzzing: time is advanced by the caller, who receives the exceptions
 * of tasks. An endless chain of tasks is detected.
 */
final class TaskLoop implements EngineLoop {

    /** More tasks than the longest input can be worth. */
    private static final int MOST_TASKS = 100_000;

    private static final class QueuedTask {

        private final long atNanos;
        private final long sequence;
        private Runnable task;

        QueuedTask(long atNanos, long sequence, Runnable task) {
            this.atNanos = atNanos;
            this.sequence = sequence;
            this.task = task;
        }

        long atNanos() {
            return atNanos;
        }

        long sequence() {
            return sequence;
        }
    }

    private final Queue<Runnable> due = new ArrayDeque<>();
    private final PriorityQueue<QueuedTask> agenda =
            new PriorityQueue<>(
                    Comparator.comparingLong(QueuedTask::atNanos)
                            .thenComparingLong(QueuedTask::sequence));
    private long nowNanos;
    private long sequence;
    private int tasksRun;

    @Override
    public long nanoTime() {
        return nowNanos;
    }

    @Override
    public void execute(Runnable task) {
        due.add(task);
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        QueuedTask entry = new QueuedTask(nowNanos + Math.max(0, delayNanos), sequence++, task);
        agenda.add(entry);
        return () -> entry.task = () -> {};
    }

    /** Runs what is due now, and what that makes due. */
    void run() {
        while (!due.isEmpty()) {
            if (++tasksRun > MOST_TASKS) {
                throw new IllegalStateException("More than " + MOST_TASKS + " tasks");
            }
            due.remove().run();
        }
    }

    /** Lets time pass. */
    void advance(long nanos) {
        long untilNanos = nowNanos + nanos;
        run();
        while (!agenda.isEmpty() && agenda.peek().atNanos <= untilNanos) {
            QueuedTask next = agenda.remove();
            nowNanos = next.atNanos;
            due.add(next.task);
            run();
        }
        nowNanos = untilNanos;
    }
}
