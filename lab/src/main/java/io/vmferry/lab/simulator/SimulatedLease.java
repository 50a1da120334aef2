package io.vmferry.lab.simulator;

import io.vmferry.machine.lease.Lease;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The lease file that all hosts of a simulation can reach; a dead host holds nothing. The seed
 * decides the latency of its responses; it can be full, deleted, or replaced by an outsider.
 */
final class SimulatedLease {

    /** A file at the lease's path. Once it is replaced, a lock of it has no effect. */
    static final class LockFile {

        private @Nullable Holder lockedBy;
        private @Nullable Holder lastHolder;
        private long taken;

        /** Whether another one was the last holder. */
        boolean signedByAnotherThan(Holder holder) {
            return lastHolder != null && lastHolder != holder;
        }

        long taken() {
            return taken;
        }

        void sign(@Nullable Holder holder, long count) {
            lastHolder = holder;
            taken = count;
        }

        @Nullable Holder lastHolder() {
            return lastHolder;
        }

        boolean lockedByAnotherThan(Holder holder) {
            return lockedBy != null && lockedBy != holder && lockedBy.alive();
        }

        void lock(Holder holder) {
            lockedBy = holder;
        }

        void unlock(Holder holder) {
            if (lockedBy == holder) {
                lockedBy = null;
            }
        }
    }

    /** A holder of a lock. */
    static final class Holder {

        private final String name;
        private final BooleanSupplier living;

        Holder(String name, BooleanSupplier living) {
            this.name = name;
            this.living = living;
        }

        boolean alive() {
            return living.getAsBoolean();
        }
    }

    /** The interval in which a holder checks that its file is still there. */
    static final long CHECK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final long[] LONGEST_RESPONSE_NANOS = {0, 100_000, 20_000_000};

    private final VirtualTime time;
    private final SplittableRandom random;
    private long longestResponseNanos;
    private long shortestResponseNanos;
    private final Set<SimulatedHost> holders = new HashSet<>();
    private LockFile file = new LockFile();
    private long fullUntilNanos;
    private long forcedNanos = Long.MAX_VALUE;
    private long forcedUntilNanos;

    SimulatedLease(VirtualTime time, SplittableRandom random) {
        this.time = time;
        this.random = random;
        this.longestResponseNanos =
                LONGEST_RESPONSE_NANOS[random.nextInt(LONGEST_RESPONSE_NANOS.length)];
    }

    /** The lease as one host sees it. */
    Lease of(SimulatedHost host) {
        return new SimulatedLeaseView(this, host);
    }

    // ---- what goes wrong

    /** Sets the latency of each direction: up to {@code nanos}, and at least half of it. */
    void respondsIn(long nanos) {
        longestResponseNanos = nanos;
        shortestResponseNanos = nanos / 2;
    }

    /** Rejects writes for a while. */
    void full(long nanos) {
        fullUntilNanos = time.nowNanos() + nanos;
    }

    /** Deletes the file with its content. */
    void vanish() {
        file = new LockFile();
    }

    /** Lets an outsider replace the file and lock the new one for a while. */
    void force(long nanos) {
        vanish();
        forcedNanos = time.nowNanos();
        forcedUntilNanos = forcedNanos + nanos;
        Holder outsider = new Holder("an outsider", () -> time.nowNanos() < forcedUntilNanos);
        file.lock(outsider);
        file.sign(outsider, 1);
    }

    /** Whether an outsider has held it for so long that every former holder has noticed. */
    boolean forcedFrom(SimulatedHost host) {
        long known = forcedNanos + CHECK_NANOS + 4 * longestResponseNanos;
        return forcedNanos != Long.MAX_VALUE
                && known < time.nowNanos()
                && time.nowNanos() < forcedUntilNanos
                && host.alive();
    }

    // ---- what is known

    /** Whether a host has ever taken it, and not put it back. */
    boolean wasTakenBy(SimulatedHost host) {
        return holders.contains(host);
    }

    /** Whether a living host holds it now. */
    boolean heldBy(SimulatedHost host) {
        return host.alive() && file.lockedBy != null && file.lockedBy.name.equals(host.name());
    }

    // ---- for views

    LockFile file() {
        return file;
    }

    boolean isFull() {
        return time.nowNanos() < fullUntilNanos;
    }

    void taken(SimulatedHost host) {
        holders.add(host);
    }

    void putBack(SimulatedHost host) {
        holders.remove(host);
    }

    /** The latency of an operation or of its response; 0 for none. */
    long delayNanos() {
        return longestResponseNanos == 0
                ? 0
                : random.nextLong(shortestResponseNanos, longestResponseNanos);
    }
}
