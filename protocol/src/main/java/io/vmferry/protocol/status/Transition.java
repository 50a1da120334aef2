package io.vmferry.protocol.status;

import java.util.Objects;

/**
 * One row of a transition table.
 *
 * @param trigger what makes it happen, for documentation and error messages
 */
public record Transition<S extends Enum<S>>(S from, S to, String trigger) {

    /** Refuses a row from a state to itself: a state is entered, not repeated. */
    public Transition {
        Objects.requireNonNull(trigger);
        if (from == to) {
            throw new IllegalArgumentException("Transition from " + from + " to itself");
        }
    }
}
