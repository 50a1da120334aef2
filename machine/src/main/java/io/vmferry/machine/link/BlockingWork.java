package io.vmferry.machine.link;

import java.io.IOException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/**
 * Runs blocking work away from the loop: name resolution, opening files, and file I/O. Failures are
 * reported on the loop.
 */
final class BlockingWork {

    /** Limit of concurrent blocking tasks; a migration needs two or three. */
    static final int LIMIT = 16;

    private final NettyEngineLoop loop;
    private final WorkerThreads threads = new WorkerThreads("transport", LIMIT);

    BlockingWork(NettyEngineLoop loop) {
        this.loop = loop;
    }

    /** Work that may block or fail. */
    @FunctionalInterface
    interface Work {
        void run() throws IOException;
    }

    /** A blocking call with a result. */
    @FunctionalInterface
    interface BlockingCall<T> {
        T run() throws IOException;
    }

    /**
     * Runs work on its own thread. Callable from any thread.
     *
     * @param failed gets, on the loop, the exception with which it ended
     */
    void run(Work work, Consumer<IOException> failed) {
        try {
            threads.execute(() -> guarded(work, failed));
        } catch (RejectedExecutionException e) {
            loop.execute(() -> failed.accept(new IOException(e.getMessage(), e)));
        }
    }

    /** Runs a call on its own thread; the result is delivered on the loop. */
    <T> void ask(BlockingCall<T> call, Consumer<T> done, Consumer<IOException> failed) {
        run(
                () -> {
                    T result = call.run();
                    loop.execute(() -> done.accept(result));
                },
                failed);
    }

    /** The same, but within the call if it cannot block. */
    <T> void askUnless(
            boolean immediate,
            BlockingCall<T> call,
            Consumer<T> done,
            Consumer<IOException> failed) {
        if (!immediate) {
            ask(call, done, failed);
            return;
        }
        T result;
        try {
            result = call.run();
        } catch (IOException e) {
            failed.accept(e);
            return;
        }
        done.accept(result);
    }

    private void guarded(Work work, Consumer<IOException> failed) {
        try {
            work.run();
        } catch (IOException e) {
            loop.execute(() -> failed.accept(e));
        } catch (RejectedExecutionException e) {
            // the loop has ended
        } catch (Throwable bug) {
            loop.execute(() -> broken(bug, failed));
        }
    }

    private void broken(Throwable bug, Consumer<IOException> failed) {
        try {
            failed.accept(new IOException("Internal error: " + bug, bug));
        } finally {
            loop.unexpected(bug);
        }
    }
}
