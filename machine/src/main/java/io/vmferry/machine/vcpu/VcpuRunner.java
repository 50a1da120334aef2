package io.vmferry.machine.vcpu;

/**
 * Lets all vCPUs of a guest run or stop. Called by the owner of the run state, from one thread at a
 * time.
 */
public interface VcpuRunner {
    /**
     * Lets the vCPUs run.
     *
     * @throws IllegalStateException when they run already or are still stopping
     */
    void start();

    /**
     * Stops the vCPUs; returns at once. When none of them executes a step any more, {@code
     * whenStopped} is called on the engine's loop; at once if none was running.
     */
    void stop(Runnable whenStopped);

    /**
     * Makes a vCPU retry a page whose gate was closed; harmless at any time and from any thread.
     */
    void wake(int vcpu);

    /** Slows the vCPUs down from now on, running or not; 0 ends it. */
    void throttle(int percent);
}
