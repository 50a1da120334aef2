package io.vmferry.machine.vcpu;

import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;

/**
 * How a vCPU waits for what its engine fetches, as a rule a page. It looks for the end of the wait
 * for some time before it gives its processor away: a page comes within tens of microseconds from a
 * source that has nothing else to do, and to be put to sleep and woken takes as long again.
 *
 * <p>It stops looking where that has proved in vain, see {@link Patience}. A processor is always
 * left to the engine and its peer: of many vCPUs some sleep at once.
 */
final class Standstill {

    /**
     * After so long it lets others go first again and again: who fetches the page may be waiting
     * for this very processor.
     */
    private static final long COURTESY_NANOS = 20_000;

    private static final Semaphore PROCESSORS_TO_SPARE =
            new Semaphore(Runtime.getRuntime().availableProcessors() - 1);

    private final Thread thread;
    private final Patience patience = new Patience();
    private volatile boolean over;
    private volatile boolean asleep;

    Standstill(Thread thread) {
        this.thread = thread;
    }

    /** Ends the wait that is under way, or else the next one. Callable from any thread. */
    void end() {
        over = true;
        // for one that looks it would be the end of its next sleep
        if (asleep) {
            LockSupport.unpark(thread);
        }
    }

    /**
     * Waits, on the vCPU's own thread. May return early, as {@link LockSupport#park} may: the
     * caller looks again.
     */
    void await() {
        long began = System.nanoTime();
        if (!patience.worthLooking() || !look(began)) {
            sleep();
        }
        over = false;
        patience.waited(System.nanoTime() - began);
    }

    @SuppressWarnings("ThreadPriorityCheck") // no rule hangs on it: it only hands over early
    private boolean look(long began) {
        if (!over && PROCESSORS_TO_SPARE.tryAcquire()) {
            try {
                for (long past = 0;
                        !over && past < Patience.LOOK_NANOS;
                        past = System.nanoTime() - began) {
                    if (past < COURTESY_NANOS) {
                        Thread.onSpinWait();
                    } else {
                        Thread.yield();
                    }
                }
            } finally {
                PROCESSORS_TO_SPARE.release();
            }
        }
        return over;
    }

    private void sleep() {
        asleep = true;
        if (!over) {
            LockSupport.park(this);
        }
        asleep = false;
    }
}
