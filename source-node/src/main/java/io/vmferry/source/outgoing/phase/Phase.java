package io.vmferry.source.outgoing.phase;

import io.vmferry.protocol.failure.Failure;
import java.util.Optional;

/** One stage of an outgoing migration at work. */
public interface Phase {

    /**
     * Does what needs no room on the main channel, which a destination that is busy may not take
     * anything from: when the phase begins, and before the steps of each turn.
     *
     * @return why the migration cannot go on, if so
     */
    default Optional<Failure> takeNote() {
        return Optional.empty();
    }

    /** Does a bounded piece of work, at most one batch of output. */
    Next step();
}
