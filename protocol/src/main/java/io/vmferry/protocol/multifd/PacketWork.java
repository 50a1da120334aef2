package io.vmferry.protocol.multifd;

/**
 * Runs the compression of one channel, which takes too long for the loop of an engine: one task
 * after the other, in the order in which they come.
 */
@FunctionalInterface
public interface PacketWork {

    /** Runs every task at once, for tests and virtual time. */
    PacketWork AT_ONCE =
            (task, done) -> {
                task.run();
                done.run();
            };

    /**
     * Runs a task that throws nothing.
     *
     * @param done runs on the loop afterwards, possibly before this returns
     */
    void run(Runnable task, Runnable done);
}
