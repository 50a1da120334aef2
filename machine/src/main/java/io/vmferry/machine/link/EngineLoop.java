package io.vmferry.machine.link;

import java.util.concurrent.Executor;

/**
 * The one thread on which an engine lives: its clock, its timers and its mailbox. In the daemons
 * this is the event loop of the migration's channels, in the simulator it is virtual time.
 */
public interface EngineLoop extends Executor {

    /** Monotonic time in nanoseconds; the origin has no meaning. */
    long nanoTime();

    /** Runs a task on the loop, after what is already queued. Callable from any thread. */
    @Override
    void execute(Runnable task);

    /** Runs a task on the loop once {@code delayNanos} have passed. Callable on the loop only. */
    Timer schedule(long delayNanos, Runnable task);

    /** A scheduled task that can still be called off. */
    interface Timer {

        /** Calls the task off; without effect when it has run. */
        void cancel();
    }
}
