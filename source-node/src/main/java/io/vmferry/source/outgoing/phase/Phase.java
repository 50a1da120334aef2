package io.vmferry.source.outgoing.phase;

import io.vmferry.protocol.failure.Failure;
import java.util.Optional;

/** One stage of an outgoing migration at work. */
public interface Phase {

    /**
     * Takes note of what has happened, when the phase begins and before each turn's steps. Unlike a
     * step it needs no room on the main channel, which a destination that is busy may not take
     * anything from.
     *
     * @return why the migration cannot go on, if so
     */
    default Optional<Failure> takeNote() {
        return Optional.empty();
    }

    /** Does a bounded piece of work, at most one batch of output. */
    Next step();
}
