package io.vmferry.machine.link;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import io.vmferry.machine.net.SocketFamily;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The engine's loop in the daemons: one platform thread that serves the channels of a migration by
 * epoll, or by NIO where the native library cannot be loaded.
 *
 * <p>A task that throws does not end the loop; the exception goes to the handler given at the
 * start. Once the loop is closed, tasks are dropped.
 */
public final class NettyEngineLoop implements EngineLoop, AutoCloseable {

    private static final long CLOSE_TIMEOUT_SECONDS = 5;

    /** After that a thread for computations ends; the next computation starts another one. */
    private static final long IDLE_SECONDS = 5;

    private static final long LOOK_AGAIN_MILLIS = 1000;

    private final EventLoopGroup group;
    private final EventLoop eventLoop;
    private final SocketFamily family;
    private final Consumer<Throwable> unexpected;

    NettyEngineLoop(String name, SocketFamily family, Consumer<Throwable> unexpected) {
        this.family = family;
        this.unexpected = unexpected;
        this.group = family.newLoop(name);
        this.eventLoop = group.next();
    }

    /**
     * Starts a loop with the best transport that this machine has.
     *
     * @param name of the thread
     * @param unexpected gets, on the loop, an exception that escapes from a task: a bug
     */
    public static NettyEngineLoop start(String name, Consumer<Throwable> unexpected) {
        return new NettyEngineLoop(name, SocketFamily.best(), unexpected);
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public void execute(Runnable task) {
        try {
            eventLoop.execute(guarded(task));
        } catch (RejectedExecutionException e) {
            // the loop is closed, and the task has no purpose any more
            if (!eventLoop.isShuttingDown()) {
                throw e;
            }
        }
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        try {
            ScheduledFuture<?> scheduled =
                    eventLoop.schedule(guarded(task), delayNanos, TimeUnit.NANOSECONDS);
            return () -> scheduled.cancel(false);
        } catch (RejectedExecutionException e) {
            if (!eventLoop.isShuttingDown()) {
                throw e;
            }
            return () -> {};
        }
    }

    @Override
    public SideTasks sideTasks(String name) {
        var threads =
                new ThreadPoolExecutor(
                        1,
                        1,
                        IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        Thread.ofPlatform().daemon().name(name).factory());
        threads.allowCoreThreadTimeOut(true);
        return (task, done) ->
                threads.execute(() -> {
                    try {
                        task.run();
                        execute(done);
                    } catch (Throwable bug) {
                        execute(() -> unexpected(bug));
                    }
                });
    }

    /** Whether the caller is on the loop's thread. */
    public boolean inLoop() {
        return eventLoop.inEventLoop();
    }

    /** What the sockets on the loop are made of. */
    SocketFamily family() {
        return family;
    }

    /**
     * Closes the channels that are still open and ends the thread once queued tasks have run. Waits
     * for the end unless called on the loop itself.
     */
    @Override
    public void close() {
        var end = group.shutdownGracefully(0, CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        if (!inLoop()) {
            end.awaitUninterruptibly(2 * CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        }
    }

    EventLoop eventLoop() {
        return eventLoop;
    }

    /**
     * Runs a call on the loop and waits for its result; at once when already there. What the call
     * throws is thrown here, errors too.
     *
     * @throws RejectedExecutionException when the loop is closed and will not run it
     */
    public <T> T call(Callable<T> call) throws Exception {
        if (inLoop()) {
            return call.call();
        }
        Future<T> result = eventLoop.submit(call);
        while (!result.awaitUninterruptibly(LOOK_AGAIN_MILLIS)) {
            // a closed loop drops tasks that it could not run in time
            if (eventLoop.isTerminated() && !result.isDone()) {
                throw new RejectedExecutionException("The loop was closed before the call ran");
            }
        }
        return switch (result.cause()) {
            case null -> result.getNow();
            case Exception e -> throw e;
            case Error e -> throw e;
            case Throwable other -> throw new IllegalStateException(other);
        };
    }

    /** Reports an exception that no one else handles. */
    void unexpected(Throwable bug) {
        unexpected.accept(bug);
    }

    private Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (Throwable bug) {
                unexpected.accept(bug);
            }
        };
    }
}
