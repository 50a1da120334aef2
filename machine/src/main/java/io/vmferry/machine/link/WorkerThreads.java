package io.vmferry.machine.link;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;

/**
 * Runs each task on a daemon thread of its own, and only so many at a time. For tasks that may
 * block on a disk or a name server: a thread that hangs only takes a place of the limit. Safe for
 * any thread.
 */
public final class WorkerThreads implements Executor {

    private final String name;
    private final int limit;
    private final Semaphore places;

    /**
     * @param name of each thread
     * @param limit how many tasks run at a time; the next one is refused, not queued
     */
    public WorkerThreads(String name, int limit) {
        this.name = name;
        this.limit = limit;
        this.places = new Semaphore(limit);
    }

    /**
     * Runs a task, which deals with its own exceptions.
     *
     * @throws RejectedExecutionException with a one-line message, when too many run already
     */
    @Override
    public void execute(Runnable task) {
        if (!places.tryAcquire()) {
            throw new RejectedExecutionException(
                    "%d tasks of kind '%s' run already, which is the limit".formatted(limit, name));
        }
        boolean started = false;
        try {
            Thread.ofPlatform().daemon().name(name).start(() -> run(task));
            started = true;
        } catch (OutOfMemoryError e) {
            // thrown by the JDK when no thread can be created
            throw new RejectedExecutionException("No thread for '%s'".formatted(name), e);
        } finally {
            if (!started) {
                places.release();
            }
        }
    }

    private void run(Runnable task) {
        try {
            task.run();
        } finally {
            places.release();
        }
    }
}
