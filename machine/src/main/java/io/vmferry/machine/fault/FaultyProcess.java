package io.vmferry.machine.fault;

/** The process that a fault may end. Called on the engine's loop. */
public interface FaultyProcess {

    /** Ends the process at once. Does not return in a real one. */
    void kill();

    /** Ends the process in order, soon. */
    void exit();
}
