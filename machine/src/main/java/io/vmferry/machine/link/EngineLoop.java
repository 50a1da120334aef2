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

    /** A scheduled task that can be cancelled. */
    interface Timer {

        /** Cancels the task; without effect when it has run. */
        void cancel();
    }
}
