package io.vmferry.machine.fault;

/** The process that a fault may end, or whose monitor it changes. Called on the engine's loop. */
public interface FaultyProcess {

    /** Ends the process at once. Does not return in a real one. */
    void kill();

    /** Ends the process in order, soon. */
    void exit();

    /**
     * Injects a fault into the first monitor.
     *
     * @return false when there is no monitor
     */
    default boolean injectIntoMonitor(FaultAction.OnMonitor action) {
        return false;
    }
}
