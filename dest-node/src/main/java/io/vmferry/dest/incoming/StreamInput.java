package io.vmferry.dest.incoming;

import java.util.function.Consumer;

/**
 * A stream under way into this node that can be held back: the main channel, or the package that
 * came on it. Each hold needs its release; reading goes on after the last one.
 */
abstract class StreamInput {

    private int holds;

    /** Stops before the next element; a callback of the reader may do that. */
    final void hold() {
        if (holds++ == 0) {
            stopReading();
        }
    }

    /** Takes one hold back; not from within a callback of the reader. */
    final void release() {
        if (--holds == 0) {
            goOn();
        }
    }

    /**
     * Holds the stream back until an operation says that it is done; not at all when it does so at
     * once. A callback of the reader may call this.
     *
     * @param operation is given what to run when it is done
     */
    final void holdDuring(Consumer<Runnable> operation) {
        Pending pending = new Pending();
        operation.accept(pending);
        pending.wait = !pending.done;
        if (pending.wait) {
            hold();
        }
    }

    private final class Pending implements Runnable {

        private boolean done;
        private boolean wait;

        @Override
        public void run() {
            done = true;
            if (wait) {
                release();
            }
        }
    }

    final boolean held() {
        return holds > 0;
    }

    abstract void stopReading();

    abstract void goOn();
}
