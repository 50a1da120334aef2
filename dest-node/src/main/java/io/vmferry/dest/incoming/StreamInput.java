package io.vmferry.dest.incoming;

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

    final boolean held() {
        return holds > 0;
    }

    abstract void stopReading();

    abstract void goOn();
}
