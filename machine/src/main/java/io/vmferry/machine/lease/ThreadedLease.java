package io.vmferry.machine.lease;

import io.vmferry.machine.lease.Lease.LeaseStatus;
import io.vmferry.machine.link.EngineLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lease on a file for an engine: the file is used on its own thread, so that an unresponsive file
 * server delays only users of the lease. One operation is in progress at a time; equal ones in a
 * row are merged, and there are never more than a few. A lease that is held is looked after once a
 * second.
 *
 * <p>Confined to the engine's loop, except where something is said to be of the thread.
 */
public final class ThreadedLease implements Lease, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ThreadedLease.class);

    private static final int MAX_WAITING = 8;
    private static final long CHECK_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private enum LeaseOperation {
        TAKE,
        GIVE_UP,
        PUT_BACK,
        LOOK,
        CHECK
    }

    /** An operation and the callbacks for its result. */
    private record QueuedOperation(LeaseOperation kind, List<Consumer<OperationResult>> told) {}

    /** The result of an operation; only the part that was asked for is meaningful. */
    private record OperationResult(Taking taking, LeaseStatus status, Optional<String> lost) {

        static OperationResult of(Taking taking) {
            return new OperationResult(taking, LeaseStatus.UNKNOWN, Optional.empty());
        }

        static OperationResult unusable(String why) {
            return of(new Taking.Unusable(why));
        }
    }

    /** Of the thread. */
    private final FileLease file;

    private final EngineLoop loop;
    private final Executor thread;
    private final Runnable endOfThread;
    private final String description;
    private final Deque<QueuedOperation> waiting = new ArrayDeque<>();
    private Optional<QueuedOperation> underWay = Optional.empty();
    private Optional<Taking> held = Optional.empty();
    private Consumer<String> whenLost = why -> {};
    private boolean watched;
    private boolean closed;

    ThreadedLease(FileLease file, EngineLoop loop, Executor thread, Runnable endOfThread) {
        this.file = file;
        this.loop = loop;
        this.thread = thread;
        this.endOfThread = endOfThread;
        this.description = file.description();
    }

    /**
     * A lease that is not held.
     *
     * @param file used by this lease alone from now on
     */
    public static ThreadedLease on(FileLease file, EngineLoop loop) {
        ExecutorService thread =
                Executors.newSingleThreadExecutor(
                        Thread.ofPlatform().daemon().name("lease").factory());
        return new ThreadedLease(file, loop, thread, thread::shutdown);
    }

    @Override
    public void take(Consumer<Taking> done) {
        if (held.isPresent() && underWay.isEmpty()) {
            done.accept(held.get());
        } else {
            ask(LeaseOperation.TAKE, result -> done.accept(result.taking));
        }
    }

    @Override
    public void giveUp(Runnable done) {
        leave(LeaseOperation.GIVE_UP, done);
    }

    @Override
    public void putBack(Runnable done) {
        leave(LeaseOperation.PUT_BACK, done);
    }

    private void leave(LeaseOperation kind, Runnable done) {
        if (held.isEmpty() && underWay.isEmpty()) {
            done.run();
        } else {
            ask(kind, result -> done.run());
        }
    }

    @Override
    public void look(Consumer<LeaseStatus> done) {
        ask(LeaseOperation.LOOK, result -> done.accept(result.status));
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
        return description;
    }

    /** Ends the thread once the queued operations are done. */
    @Override
    public void close() {
        closed = true;
        endOfThread.run();
    }

    // ---- operations

    private void ask(LeaseOperation kind, Consumer<OperationResult> told) {
        QueuedOperation last = waiting.isEmpty() ? underWay.orElse(null) : waiting.getLast();
        QueuedOperation again = last != null && last.kind == kind ? last : null;
        int before = again != null ? again.told.size() : waiting.size();
        // each successful take is followed by one of these
        boolean mayBeRefused = kind != LeaseOperation.GIVE_UP && kind != LeaseOperation.PUT_BACK;
        if (mayBeRefused && before >= MAX_WAITING) {
            told.accept(OperationResult.unusable("it has not responded to earlier operations"));
            return;
        }
        if (again != null) {
            again.told.add(told);
            return;
        }
        waiting.add(new QueuedOperation(kind, new ArrayList<>(List.of(told))));
        next();
    }

    private void next() {
        if (underWay.isPresent() || waiting.isEmpty()) {
            return;
        }
        QueuedOperation queued = waiting.remove();
        if (closed) {
            tell(queued.told.iterator(), OperationResult.unusable("this node ends"));
            return;
        }
        underWay = Optional.of(queued);
        EngineLoop.Timer patience =
                loop.schedule(
                        PATIENCE_NANOS,
                        () -> log.warn("Waiting for {}, which does not respond", description));
        thread.execute(() -> {
            OperationResult result = carryOut(queued.kind);
            Optional<Taking> now = file.held();
            loop.execute(() -> {
                patience.cancel();
                done(queued, result, now);
            });
        });
    }

    private void done(QueuedOperation queued, OperationResult result, Optional<Taking> now) {
        held = now;
        underWay = Optional.empty();
        watch();
        try {
            tell(queued.told.iterator(), result);
        } finally {
            next();
        }
    }

    /** A callback that throws does not prevent the following ones. */
    private static void tell(Iterator<Consumer<OperationResult>> told, OperationResult result) {
        if (told.hasNext()) {
            try {
                told.next().accept(result);
            } finally {
                tell(told, result);
            }
        }
    }

    /** Of the thread. */
    private OperationResult carryOut(LeaseOperation kind) {
        try {
            return switch (kind) {
                case TAKE -> OperationResult.of(file.take());
                case GIVE_UP -> {
                    file.giveUp();
                    yield OperationResult.unusable("given up");
                }
                case PUT_BACK -> {
                    file.putBack();
                    yield OperationResult.unusable("put back");
                }
                case LOOK ->
                        new OperationResult(
                                new Taking.Unusable("looked at"), file.look(), Optional.empty());
                case CHECK ->
                        new OperationResult(
                                new Taking.Unusable("checked"), LeaseStatus.UNKNOWN, file.check());
            };
        } catch (RuntimeException | Error bug) {
            log.error("Internal error, please report it", bug);
            return OperationResult.unusable("Internal error: " + bug);
        }
    }

    // ---- looking after it

    private void watch() {
        if (held.isPresent() && !watched) {
            watched = true;
            loop.schedule(
                    CHECK_NANOS,
                    () -> {
                        watched = false;
                        if (held.isPresent()) {
                            ask(LeaseOperation.CHECK, result -> result.lost.ifPresent(whenLost));
                        }
                    });
        }
    }
}
