package io.vmferry.dest.incoming.state;

import io.vmferry.protocol.status.PostcopyState;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;
import java.util.List;

/**
 * The progress of postcopy: QEMU's state, and what it does not contain. Confined to the engine's
 * loop.
 */
public final class PostcopyProgress {

    private PostcopyState state = PostcopyState.NONE;
    private boolean listened;
    private boolean leftToUs;
    private boolean streamEnded;
    private boolean runIgnored;

    public PostcopyState state() {
        return state;
    }

    /** Changes the state, as the table of states allows. */
    public void move(PostcopyState next) {
        if (!PostcopyState.transitions().allows(state, next)) {
            throw new IllegalStateException("Postcopy state " + state + " to " + next);
        }
        state = next;
    }

    /** Refuses a command that does not belong into the state. */
    public void require(String command, PostcopyState... allowed) throws StreamException {
        if (!List.of(allowed).contains(state)) {
            throw refused("%s in postcopy state %s".formatted(command, state.numbered()));
        }
    }

    /** What prepares for POSTCOPY_LISTEN cannot follow it, not even where the state would allow. */
    public void requireNotListened(String command) throws StreamException {
        if (listened) {
            throw refused(
                    "%s after POSTCOPY_LISTEN, in postcopy state %s"
                            .formatted(command, state.numbered()));
        }
    }

    /** A command that postcopy does not allow now. */
    public static StreamException refused(String what) {
        return StreamException.of(StreamError.POSTCOPY_STATE, what);
    }

    /** Notes POSTCOPY_LISTEN, after which the stream ends as in postcopy. */
    public void listen() {
        listened = true;
    }

    /** Whether POSTCOPY_LISTEN has come. */
    public boolean listened() {
        return listened;
    }

    /** Whether the guest runs here, so that a broken channel pauses. */
    public boolean running() {
        return state == PostcopyState.RUNNING;
    }

    /** Notes that the source has given the guest up. */
    public void leaveToUs() {
        leftToUs = true;
    }

    public boolean leftToUs() {
        return leftToUs;
    }

    /** The main stream was read to its EOF; false once its channel has been replaced. */
    public void streamEnded(boolean ended) {
        streamEnded = ended;
    }

    public boolean streamEnded() {
        return streamEnded;
    }

    /** Notes that the guest was started without RUN, which is ignored should it still come. */
    public void startedWithoutRun() {
        runIgnored = true;
    }

    /** Whether a RUN that has come is for a guest that was started without it; once. */
    public boolean ignoresRun() {
        boolean ignored = runIgnored;
        runIgnored = false;
        return ignored;
    }

    /** Ends postcopy, with or without success. */
    public void end() {
        if (PostcopyState.transitions().allows(state, PostcopyState.END)) {
            move(PostcopyState.END);
        }
    }
}
