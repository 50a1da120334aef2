package io.vmferry.machine.vcpu;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The wait of a vCPU for its engine, usually for a page. It spins for some time before it parks: a
 * page comes within tens of microseconds from a source that has nothing else to do, and to be put
 * to sleep and woken takes as long again.
 *
 * <p>It stops looking where that has proved in vain, see {@link Patience}. A processor is always
 * left to the engine and its peer: of many vCPUs some sleep at once.
 */
final class Standstill {

    /**
     * Spinning time after which it yields repeatedly: the thread that fetches the page may need
     * this processor.
     */
    private static final long COURTESY_NANOS = 20_000;

    private static final Semaphore PROCESSORS_TO_SPARE =
            new Semaphore(Runtime.getRuntime().availableProcessors() - 1);

    private final Patience patience = new Patience();

    /** Whether an unreturned wait has been ended. */
    private final AtomicBoolean over = new AtomicBoolean();

    /** The vCPU's thread while it sleeps, or is about to; null while it is awake. */
    private volatile @Nullable Thread sleeper;

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

    /**
     * Decides from recent waits whether a vCPU should spin before it parks. Where the processors
     * are taken for good, by a background that is sent as fast as it goes, whoever looks only takes
     * a processor from those that fetch the page, and gets it back late. Belongs to the vCPU's
     * thread.
     */
    static final class Patience {

        /** Longer than most pages take on a loopback or within a rack. */
        static final long LOOK_NANOS = 300_000;

        /**
         * So many more long waits than short ones, and it is not just a start, when everything that
         * fetches a page runs for the first time.
         */
        static final int MANY_LONG = 150;

        /** The number of short waits after which it spins again. */
        static final int MOST_REMEMBERED = MANY_LONG + 10;

        private int longWaits;

        /** Whether to spin before the next park. */
        boolean worthLooking() {
            return longWaits < MANY_LONG;
        }

        /** A wait is over that took so long. */
        void waited(long nanos) {
            longWaits =
                    nanos > LOOK_NANOS
                            ? Math.min(longWaits + 1, MOST_REMEMBERED)
                            : Math.max(longWaits - 1, 0);
        }
    }
}
