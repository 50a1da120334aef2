package io.vmferry.machine.vcpu;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
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

    private final Patience patience = new Patience();

    /** Whether somebody has ended a wait that has not returned yet. */
    private final AtomicBoolean over = new AtomicBoolean();

    /** The vCPU's thread while it sleeps, or is about to; null while it is awake. */
    private volatile Thread sleeper;

    /** Ends the wait that is under way, or else the next one. Callable from any thread. */
    void end() {
        over.set(true);
        // only one that sleeps is woken: for one that looks it would be the end of its next sleep
        Thread asleep = sleeper;
        if (asleep != null) {
            LockSupport.unpark(asleep);
        }
    }

    /**
     * Waits, on the vCPU's own thread. May return early, as {@link LockSupport#park} may: the
     * caller looks again.
     *
     * <p>Takes note of all ends so far by one atomic exchange: what was done before any of them is
     * seen by the caller, and an end that comes later ends the next wait. A plain reset could
     * overwrite an end that it has not seen, and the caller would look too early and sleep on.
     */
    void await() {
        long began = System.nanoTime();
        if (!patience.worthLooking() || !look(began)) {
            sleep();
        }
        over.getAndSet(false);
        patience.waited(System.nanoTime() - began);
    }

    @SuppressWarnings("ThreadPriorityCheck") // no rule hangs on it: it only hands over early
    private boolean look(long began) {
        if (!over.get() && PROCESSORS_TO_SPARE.tryAcquire()) {
            try {
                for (long past = 0;
                        !over.get() && past < Patience.LOOK_NANOS;
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
        return over.get();
    }

    private void sleep() {
        sleeper = Thread.currentThread();
        if (!over.get()) {
            LockSupport.park(this);
        }
        sleeper = null;
    }
}
