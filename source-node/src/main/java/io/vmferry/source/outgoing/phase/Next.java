package io.vmferry.source.outgoing.phase;

import io.vmferry.protocol.failure.Failure;
import io.vmferry.source.outgoing.state.Stage;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** The result of a piece of work of a phase: what comes next. */
public sealed interface Next {

    Next AGAIN = new Again();
    Next WAIT = new Wait(OptionalLong.empty());

    /** More work, as soon as the main channel takes more. */
    record Again() implements Next {}

    /**
     * Nothing to do until a message, a stopped guest or a timer requests a turn.
     *
     * @param nanos after which time a turn is due at the latest
     */
    record Wait(OptionalLong nanos) implements Next {}

    /** The phase is over, and another one begins. */
    record Enter(Stage stage) implements Next {}

    /** The migration cannot go on as it is. */
    record Failed(Failure failure) implements Next {}

    /** The end of the migration where something is wrong, or else what comes next. */
    static Next unless(Optional<Failure> failure, Supplier<Next> next) {
        return failure.<Next>map(Failed::new).orElseGet(next);
    }

    /** More work after a while, or before if something happens. */
    static Next later(long nanos) {
        return new Wait(OptionalLong.of(nanos));
    }
}
