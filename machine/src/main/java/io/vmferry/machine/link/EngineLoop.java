package io.vmferry.machine.link;

import java.util.concurrent.Executor;

/**
 * The one thread on which an engine lives: its clock, timers and task queue. In the daemons this is
 * the event loop of the migration's channels, in the simulator it is virtual time.
 */
public interface EngineLoop extends Executor {

    /** Monotonic time in nanoseconds; the origin has no meaning. */
    long nanoTime();

    /** Runs a task on the loop, after what is already queued. Callable from any thread. */
    @Override
    void execute(Runnable task);

    /** Runs a task on the loop once {@code delayNanos} have passed. Callable on the loop only. */
    Timer schedule(long delayNanos, Runnable task);

    /**
     * Runs computations that are too long for the loop, one after the other: on a thread of their
     * own, if the loop has real time.
     *
     * @param name of the thread
     */
    default SideTasks sideTasks(String name) {
        return (task, done) -> {
            task.run();
            done.run();
        };
    }

    /** Computations beside the loop. */
    @FunctionalInterface
    interface SideTasks {

        /**
         * Runs a task after those before. Callable on the loop only.
         *
         * @param done runs on the loop afterwards, in virtual time before this returns
         */
        void run(Runnable task, Runnable done);
    }

    /** A scheduled task that can be cancelled. */
    interface Timer {

        /** Cancels the task; without effect when it has run. */
        void cancel();
    }
}
