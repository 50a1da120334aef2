package io.vmferry.protocol.status;

import java.util.List;

/**
 * How far a destination is on its way into postcopy: QEMU's {@code PostcopyState}. It is not the
 * migration status: it stays {@link #RUNNING} through pause and recovery, and decides whether a
 * broken stream pauses or fails.
 */
public enum PostcopyState {
    /** No word of postcopy yet. */
    NONE,
    /** POSTCOPY_ADVISE: postcopy may follow, or precopy may finish first. */
    ADVISE,
    /** POSTCOPY_RAM_DISCARD: pages that are out of date are being dropped. */
    DISCARD,
    /** POSTCOPY_LISTEN: the package is loading while pages may already be requested. */
    LISTENING,
    /** POSTCOPY_RUN: the guest runs here. */
    RUNNING,
    /** The listener ended, with or without success. */
    END;

    private static final TransitionTable<PostcopyState> TRANSITIONS =
            new TransitionTable<>(
                    PostcopyState.class,
                    List.of(
                            new Transition<>(NONE, ADVISE, "POSTCOPY_ADVISE"),
                            new Transition<>(ADVISE, NONE, "this host cannot do postcopy"),
                            new Transition<>(ADVISE, DISCARD, "first POSTCOPY_RAM_DISCARD"),
                            new Transition<>(ADVISE, LISTENING, "POSTCOPY_LISTEN, none discarded"),
                            new Transition<>(DISCARD, LISTENING, "POSTCOPY_LISTEN"),
                            new Transition<>(LISTENING, RUNNING, "POSTCOPY_RUN"),
                            new Transition<>(LISTENING, END, "load error before POSTCOPY_RUN"),
                            new Transition<>(RUNNING, END, "end of stream, or a final error")));

    /** Which state may follow which. */
    public static TransitionTable<PostcopyState> transitions() {
        return TRANSITIONS;
    }

    /** Whether POSTCOPY_ADVISE came and the listener has not ended. */
    public boolean advised() {
        return this == ADVISE || this == DISCARD || this == LISTENING || this == RUNNING;
    }

    /** Whether the switch to postcopy has begun and not ended. */
    public boolean incoming() {
        return this == DISCARD || this == LISTENING || this == RUNNING;
    }
}
