package io.vmferry.dest.incoming.channel;

import java.util.Optional;
import java.util.function.Consumer;

/**
 * The holds on a stream, of the main channel or a package: its reader stops before the next element
 * while there is one. Each hold needs its release; reading continues after the last one.
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

    /** Releases one hold. After the last one the reader continues, if it has stopped. */
    public void release() {
        if (--holds == 0) {
            Optional<Runnable> stopped = goOn;
            goOn = Optional.empty();
            stopped.ifPresent(Runnable::run);
        }
    }

    /** Sets what the stopped reader does once the last hold is released. */
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
