package io.vmferry.machine.control;

import io.vmferry.protocol.Named;

/** How a channel is cut. */
public enum CutKind implements Named {
    /** Its connections are closed; what was written before still arrives. */
    CLOSE,
    /** Its connections break, as by a TCP reset. */
    RESET,
    /** Its connections carry nothing until they are restored, or TCP gives them up. */
    BLACKHOLE
}
