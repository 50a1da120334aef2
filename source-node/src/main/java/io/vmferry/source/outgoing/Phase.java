package io.vmferry.source.outgoing;

/** One stretch of an outgoing migration, driven by {@link OutgoingSession#pump()}. */
interface Phase {

    /** What the pump does after a step. */
    enum Step {
        /** Ask again as soon as the main channel takes more. */
        AGAIN,
        /** Nothing to do until a timer, a message or a stopped guest calls the pump. */
        WAIT
    }

    /**
     * Takes note of what the destination has said. Unlike a step it needs no room on the main
     * channel, which a destination that is busy may not take anything from.
     */
    default void takeNote() {}

    /** Does a bounded piece of work, at most one batch of output. */
    Step step();
}
