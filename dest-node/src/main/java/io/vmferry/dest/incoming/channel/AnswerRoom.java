package io.vmferry.dest.incoming.channel;

import io.vmferry.dest.incoming.state.IncomingState;
import java.util.ArrayList;
import java.util.List;

/**
 * Holds streams back while the source does not read its answers, so that they cannot pile up here,
 * unless it has closed the main channel.
 */
final class AnswerRoom {

    private final IncomingState state;

    /** Held back: the main channel, its package, or both. */
    private final List<StreamHolds> waiting = new ArrayList<>();

    private boolean mainClosed;

    AnswerRoom(IncomingState state) {
        this.state = state;
    }

    /** Holds a stream back until the return path takes more. */
    void await(StreamHolds holds) {
        if (!waiting.contains(holds) && !mainClosed) {
            waiting.add(holds);
            holds.hold();
        }
    }

    /** The return path takes more. */
    void writable() {
        if (!state.halted()) {
            List<StreamHolds> released = List.copyOf(waiting);
            waiting.clear();
            released.forEach(StreamHolds::release);
        }
    }

    /** There is a main channel, or will be. */
    void mainOpened() {
        mainClosed = false;
    }

    /** The source reads no more: nothing waits. */
    void mainClosed() {
        mainClosed = true;
        writable();
    }

    /** Drops what is held back, since the channels end. */
    void forget() {
        waiting.clear();
    }
}
