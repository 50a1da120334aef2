package io.vmferry.machine.fault;

/** Where faults of a plan are brought about. */
public enum FaultHost {
    /** In a source or a destination. */
    NODE,

    /** Between a source and a destination, by who sees messages pass. */
    PROXY
}
