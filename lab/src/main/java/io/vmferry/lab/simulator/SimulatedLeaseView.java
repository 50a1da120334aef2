package io.vmferry.lab.simulator;

import io.vmferry.machine.lease.Lease;
import io.vmferry.machine.lease.Lease.LeaseStatus;
import io.vmferry.machine.lease.Taking;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A simulated lease as one host sees it, in place of a daemon's lease file. */
final class SimulatedLeaseView implements Lease {

    private final SimulatedLease lease;
    private final SimulatedHost host;
    private final SimulatedLease.Holder me;
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private boolean busy;
    private boolean watched;
    private Consumer<String> whenLost = why -> {};

    /** The file that this host has locked. */
    private Optional<SimulatedLease.LockFile> locked = Optional.empty();

    private long lastTaken;
    private long lastTakenBefore;
    private SimulatedLease.@Nullable Holder holderBefore;
    private boolean lost;

    /** The state that is known to the engine. */
    private Optional<Taking> held = Optional.empty();

    SimulatedLeaseView(SimulatedLease lease, SimulatedHost host) {
        this.lease = lease;
        this.host = host;
        this.me = new SimulatedLease.Holder(host.name(), host::alive);
    }

    @Override
    public void take(Consumer<Taking> done) {
        if (held.isPresent() && !busy) {
            done.accept(held.get());
            return;
        }
        ask(
                this::lock,
                taking -> {
                    held = taking.held() ? Optional.of(taking) : Optional.empty();
                    watch();
                    done.accept(taking);
                });
    }

    private Taking lock() {
        if (locked.isPresent()) {
            return held.orElseGet(Taking.Ours::new);
        }
        SimulatedLease.LockFile file = lease.file();
        if (file.lockedByAnotherThan(me)) {
            return new Taking.HeldElsewhere("another holder");
        }
        if (lease.isFull()) {
            return new Taking.Unusable("No space left on device");
        }
        LeaseStatus since = since(file);
        if (since == LeaseStatus.UNKNOWN) {
            return new Taking.Unusable("it is not the one that was given up here");
        }
        holderBefore = file.lastHolder();
        lastTakenBefore = lastTaken;
        lastTaken = file.taken() + 1;
        lost = false;
        file.sign(me, lastTaken);
        file.lock(me);
        locked = Optional.of(file);
        lease.taken(host);
        return since == LeaseStatus.UNCLAIMED ? new Taking.Ours() : new Taking.OursAfterOthers();
    }

    /** The status of the lease since this host held it last. */
    private LeaseStatus since(SimulatedLease.LockFile file) {
        if (lost || file.signedByAnotherThan(me)) {
            return lastTaken == 0 ? LeaseStatus.UNCLAIMED : LeaseStatus.ABANDONED;
        }
        return file.taken() == lastTaken ? LeaseStatus.UNCLAIMED : LeaseStatus.UNKNOWN;
    }

    @Override
    public void giveUp(Runnable done) {
        leave(this::unlock, done);
    }

    @Override
    public void putBack(Runnable done) {
        leave(
                () -> {
                    locked.ifPresent(file -> {
                        file.sign(holderBefore, file.taken() - 1);
                        lastTaken = lastTakenBefore;
                        lease.putBack(host);
                    });
                    unlock();
                },
                done);
    }

    private void leave(Runnable how, Runnable done) {
        if (held.isEmpty() && !busy) {
            done.run();
            return;
        }
        ask(
                () -> {
                    how.run();
                    return true;
                },
                left -> {
                    held = Optional.empty();
                    done.run();
                });
    }

    private void unlock() {
        locked.ifPresent(file -> file.unlock(me));
        locked = Optional.empty();
    }

    @Override
    public void look(Consumer<LeaseStatus> done) {
        ask(this::status, done);
    }

    private LeaseStatus status() {
        LeaseStatus since = since(lease.file());
        boolean elsewhere = lease.file().lockedByAnotherThan(me);
        return since == LeaseStatus.ABANDONED && elsewhere ? LeaseStatus.HELD_ELSEWHERE : since;
    }

    // ---- checking it

    private void watch() {
        if (held.isEmpty() || watched) {
            return;
        }
        watched = true;
        host.schedule(
                SimulatedLease.CHECK_NANOS,
                () -> {
                    watched = false;
                    if (held.isPresent()) {
                        ask(this::check, this::checked);
                    }
                });
    }

    /** False when another holder has locked the replacement of the file. */
    private boolean check() {
        if (locked.isEmpty() || locked.get() == lease.file()) {
            return true;
        }
        SimulatedLease.LockFile replacement = lease.file();
        if (replacement.lockedByAnotherThan(me)) {
            locked = Optional.empty();
            lost = true;
            return false;
        }
        replacement.lock(me);
        replacement.sign(me, lastTaken);
        locked = Optional.of(replacement);
        return true;
    }

    private void checked(boolean intact) {
        if (intact) {
            watch();
        } else {
            held = Optional.empty();
            whenLost.accept("an outsider has it");
        }
    }

    // ---- one operation after the other, each with a latency

    private <T> void ask(Supplier<T> work, Consumer<T> done) {
        waiting.add(() -> {
            long workNanos = lease.delayNanos();
            long responseNanos = lease.delayNanos();
            if (workNanos + responseNanos == 0) {
                respond(work.get(), done);
                return;
            }
            host.schedule(
                    workNanos,
                    () -> {
                        T result = work.get();
                        host.schedule(responseNanos, () -> respond(result, done));
                    });
        });
        next();
    }

    private <T> void respond(T result, Consumer<T> done) {
        busy = false;
        done.accept(result);
        next();
    }

    private void next() {
        if (!busy && !waiting.isEmpty()) {
            busy = true;
            waiting.remove().run();
        }
    }

    @Override
    public boolean held() {
        return held.isPresent();
    }

    @Override
    public void whenLost(Consumer<String> action) {
        whenLost = action;
    }

    @Override
    public String description() {
        return "the simulated lease";
    }
}
