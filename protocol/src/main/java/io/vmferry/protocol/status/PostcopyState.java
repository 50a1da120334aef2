package io.vmferry.protocol.status;

import java.util.List;
import java.util.Locale;

/**
 * How far a destination is on its way into postcopy: QEMU's {@code PostcopyState}. It is not the
 * migration status: it stays {@link #RUNNING} through pause and recovery, and decides whether a
 * broken stream pauses or fails.
 */
public enum PostcopyState {
    /** No word of postcopy yet. */
    NONE(0),
    /** POSTCOPY_ADVISE: postcopy may follow, or precopy may finish first. */
    ADVISE(1),
    /** POSTCOPY_RAM_DISCARD: pages that are out of date are being dropped. */
    DISCARD(2),
    /** POSTCOPY_LISTEN: the package is loading while pages may already be requested. */
    LISTENING(3),
    /** POSTCOPY_RUN: the guest runs here. */
    RUNNING(4),
    /** The listener ended, with or without success. */
    END(5);

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

    private final int number;

    PostcopyState(int number) {
        this.number = number;
    }

    /** Which state may follow which. */
    public static TransitionTable<PostcopyState> transitions() {
        return TRANSITIONS;
    }

    /** The state as QEMU's messages name it: {@code discard (2)}. */
    public String numbered() {
        return name().toLowerCase(Locale.ROOT) + " (" + number + ")";
    }
}
