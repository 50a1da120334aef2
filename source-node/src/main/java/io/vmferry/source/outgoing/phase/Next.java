package io.vmferry.source.outgoing.phase;

import io.vmferry.protocol.failure.Failure;
import io.vmferry.source.outgoing.state.Stage;
import java.util.OptionalLong;

/** What comes after a step of a phase. */
public sealed interface Next {

    Next AGAIN = new Again();
    Next WAIT = new Wait(OptionalLong.empty());

    /** Another step, as soon as the main channel takes more. */
    record Again() implements Next {}

    /**
     * Nothing to do until a message, a stopped guest or the time asks for a turn.
     *
     * @param nanos after which time it is to be asked for at the latest
     */
    record Wait(OptionalLong nanos) implements Next {}

    /** The phase is over, and another one begins. */
    record Enter(Stage stage) implements Next {}

    /** The migration cannot go on as it is. */
    record Failed(Failure failure) implements Next {}

    /** A step after a while, or before if something happens. */
    static Next later(long nanos) {
        return new Wait(OptionalLong.of(nanos));
    }
}
