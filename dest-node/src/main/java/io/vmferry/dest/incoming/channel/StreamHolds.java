package io.vmferry.dest.incoming.channel;

import java.util.Optional;
import java.util.function.Consumer;

/**
 * What holds a stream into this node back: the main channel, or the package that came on it. Its
 * reader stops before the next element while something holds it. Each hold needs its release;
 * reading goes on after the last one.
 */
public final class StreamHolds {

    private int holds;
    private Optional<Runnable> goOn = Optional.empty();

    /** Whether nothing is to be read. */
    public boolean held() {
        return holds > 0;
    }

    public void hold() {
        holds++;
    }

    /** Takes one hold back. Behind the last one the reader goes on, if it has stopped. */
    public void release() {
        if (--holds == 0) {
            Optional<Runnable> stopped = goOn;
            goOn = Optional.empty();
            stopped.ifPresent(Runnable::run);
        }
    }

    /** The reader has stopped: what it does once nothing holds it back any more. */
    public void whenFree(Runnable action) {
        goOn = Optional.of(action);
    }

    /**
     * Holds the stream back until an operation says that it is done; not at all when it does so at
     * once.
     *
     * @param operation is given what to run when it is done
     */
    public void holdDuring(Consumer<Runnable> operation) {
        Pending pending = new Pending();
        operation.accept(pending);
        pending.wait = !pending.done;
        if (pending.wait) {
            hold();
        }
    }

    /** Holds the stream back until what is returned runs; to run it again changes nothing. */
    public Runnable holdUntil() {
        Pending pending = new Pending();
        pending.wait = true;
        hold();
        return pending;
    }

    private final class Pending implements Runnable {

        private boolean done;
        private boolean wait;

        @Override
        public void run() {
            done = true;
            if (wait) {
                wait = false;
                release();
            }
        }
    }
}
