package io.vmferry.machine.fault;

/** The hosts that inject the faults of a plan. */
public enum FaultHost {
    /** In a source or a destination. */
    NODE,

    /** The first monitor of a source or a destination, which its plan reaches too. */
    MONITOR,

    /** The proxy between a source and a destination. */
    PROXY
}
