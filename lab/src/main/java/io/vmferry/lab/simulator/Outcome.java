package io.vmferry.lab.simulator;

/** How a simulated migration ended. */
public enum Outcome {
    /** The guest is at the destination with all its memory. */
    MOVED,
    /** The migration failed or was cancelled; the guest runs on at the source. */
    SAFE_AT_SOURCE,
    /** The process that had the guest died. */
    LOST
}
