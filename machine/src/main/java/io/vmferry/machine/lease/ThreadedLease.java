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
 * server delays only users of the lease. One request is in progress at a time; equal requests in a
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

    private enum LeaseRequestKind {
        TAKE,
        GIVE_UP,
        PUT_BACK,
        LOOK,
        CHECK
    }

    /** A request and the callbacks for its answer. */
    private record LeaseRequest(LeaseRequestKind kind, List<Consumer<Answer>> told) {}

    /** The answer to a request; only the part that was requested is meaningful. */
    private record Answer(Taking taking, LeaseStatus status, Optional<String> lost) {

        static Answer of(Taking taking) {
            return new Answer(taking, LeaseStatus.UNKNOWN, Optional.empty());
        }

        static Answer unusable(String why) {
            return of(new Taking.Unusable(why));
        }
    }

    /** Of the thread. */
    private final FileLease file;

    private final EngineLoop loop;
    private final Executor thread;
    private final Runnable endOfThread;
    private final String description;
    private final Deque<LeaseRequest> waiting = new ArrayDeque<>();
    private Optional<LeaseRequest> underWay = Optional.empty();
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
            ask(LeaseRequestKind.TAKE, answer -> done.accept(answer.taking));
        }
    }

    @Override
    public void giveUp(Runnable done) {
        leave(LeaseRequestKind.GIVE_UP, done);
    }

    @Override
    public void putBack(Runnable done) {
        leave(LeaseRequestKind.PUT_BACK, done);
    }

    private void leave(LeaseRequestKind kind, Runnable done) {
        if (held.isEmpty() && underWay.isEmpty()) {
            done.run();
        } else {
            ask(kind, answer -> done.run());
        }
    }

    @Override
    public void look(Consumer<LeaseStatus> done) {
        ask(LeaseRequestKind.LOOK, answer -> done.accept(answer.status));
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

    /** Ends the thread once the queued requests are processed. */
    @Override
    public void close() {
        closed = true;
        endOfThread.run();
    }

    // ---- requests

    private void ask(LeaseRequestKind kind, Consumer<Answer> told) {
        LeaseRequest last = waiting.isEmpty() ? underWay.orElse(null) : waiting.getLast();
        LeaseRequest again = last != null && last.kind == kind ? last : null;
        int queued = again != null ? again.told.size() : waiting.size();
        // each successful take is followed by one of these
        boolean mayBeRefused =
                kind != LeaseRequestKind.GIVE_UP && kind != LeaseRequestKind.PUT_BACK;
        if (mayBeRefused && queued >= MAX_WAITING) {
            told.accept(Answer.unusable("it has not answered earlier requests"));
            return;
        }
        if (again != null) {
            again.told.add(told);
            return;
        }
        waiting.add(new LeaseRequest(kind, new ArrayList<>(List.of(told))));
        next();
    }

    private void next() {
        if (underWay.isPresent() || waiting.isEmpty()) {
            return;
        }
        LeaseRequest request = waiting.remove();
        if (closed) {
            tell(request.told.iterator(), Answer.unusable("this node ends"));
            return;
        }
        underWay = Optional.of(request);
        EngineLoop.Timer patience =
                loop.schedule(
                        PATIENCE_NANOS,
                        () -> log.warn("Waiting for {}, which does not answer", description));
        thread.execute(() -> {
            Answer answer = answer(request.kind);
            Optional<Taking> now = file.held();
            loop.execute(() -> {
                patience.cancel();
                answered(request, answer, now);
            });
        });
    }

    private void answered(LeaseRequest request, Answer answer, Optional<Taking> now) {
        held = now;
        underWay = Optional.empty();
        watch();
        try {
            tell(request.told.iterator(), answer);
        } finally {
            next();
        }
    }

    /** A callback that throws does not prevent the following ones. */
    private static void tell(Iterator<Consumer<Answer>> told, Answer answer) {
        if (told.hasNext()) {
            try {
                told.next().accept(answer);
            } finally {
                tell(told, answer);
            }
        }
    }

    /** Of the thread. */
    private Answer answer(LeaseRequestKind kind) {
        try {
            return switch (kind) {
                case TAKE -> Answer.of(file.take());
                case GIVE_UP -> {
                    file.giveUp();
                    yield Answer.unusable("given up");
                }
                case PUT_BACK -> {
                    file.putBack();
                    yield Answer.unusable("put back");
                }
                case LOOK ->
                        new Answer(new Taking.Unusable("looked at"), file.look(), Optional.empty());
                case CHECK ->
                        new Answer(
                                new Taking.Unusable("checked"), LeaseStatus.UNKNOWN, file.check());
            };
        } catch (RuntimeException | Error bug) {
            log.error("Internal error, please report it", bug);
            return Answer.unusable("Internal error: " + bug);
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
                            ask(LeaseRequestKind.CHECK, answer -> answer.lost.ifPresent(whenLost));
                        }
                    });
        }
    }
}
