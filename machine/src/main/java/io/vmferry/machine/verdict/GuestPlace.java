package io.vmferry.machine.verdict;

import io.vmferry.protocol.Named;

/** Where the guest is, as far as one node knows. */
public enum GuestPlace implements Named {
    /** This node has it and runs it. */
    RUNS_HERE,
    /** This node has it and does not run it. */
    STOPPED_HERE,
    /** This node has it and is about to end, the guest with it. */
    ENDS_HERE,
    /** It is with the other side, or was never handed over by it. */
    PEER,
    /** It runs nowhere any more, and cannot be continued. */
    NOWHERE,
    /** This node cannot tell. */
    UNKNOWN
}
