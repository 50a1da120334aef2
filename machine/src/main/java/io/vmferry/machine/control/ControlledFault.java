package io.vmferry.machine.control;

import io.vmferry.protocol.Named;
import java.time.Instant;
import java.util.Optional;

/**
 * A fault of a process, as its plan or a client has asked for it.
 *
 * @param fault {@code WHERE:WHAT}
 * @param fromNow whether it counts from when it was added
 * @param end of its wait; empty while it waits
 */
public record ControlledFault(
        long id, String fault, boolean fromNow, FaultProgress progress, Optional<FaultEnd> end) {

    /** How far a fault has come. */
    public enum FaultProgress implements Named {
        /** Its place has not been reached, or not for as long as it says. */
        WAITING,
        /** It was injected. */
        INJECTED,
        /** Its place was reached, but there was nothing that it could hit. */
        MISSED
    }

    /** Where and when a fault was injected, or missed. */
    public record FaultEnd(String where, Instant at) {}
}
