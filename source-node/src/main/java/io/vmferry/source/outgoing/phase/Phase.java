package io.vmferry.source.outgoing.phase;

import io.vmferry.protocol.failure.Failure;
import java.util.Optional;

/** One stage of an outgoing migration at work. */
public interface Phase {

    /**
     * Handles what has happened and needs no room on the main channel, which may not be writable:
     * when the phase begins, and before the work of each turn.
     *
     * @return why the migration cannot go on, if so
     */
    default Optional<Failure> takeNote() {
        return Optional.empty();
    }

    /** Does a bounded piece of work, at most one batch of output. */
    Next advance();
}
