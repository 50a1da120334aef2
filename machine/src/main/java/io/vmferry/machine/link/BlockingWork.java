package io.vmferry.machine.link;

import java.io.IOException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/**
 * Keeps off the loop what may block: resolving a name, opening a file, and what a thread then does
 * with the file. Failures come back to the loop.
 */
final class BlockingWork {

    /** What may hang at a time; a migration needs two or three. */
    static final int LIMIT = 16;

    private final NettyEngineLoop loop;
    private final WorkerThreads threads = new WorkerThreads("transport", LIMIT);

    BlockingWork(NettyEngineLoop loop) {
        this.loop = loop;
    }

    /** What may block, and fail. */
    @FunctionalInterface
    interface Work {
        void run() throws IOException;
    }

    /** A question whose answer may take long. */
    @FunctionalInterface
    interface Question<T> {
        T ask() throws IOException;
    }

    /**
     * Does it on a thread of its own. Callable from any thread.
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

    /** Asks on a thread of its own; the answer comes on the loop. */
    <T> void ask(Question<T> question, Consumer<T> answered, Consumer<IOException> failed) {
        run(
                () -> {
                    T answer = question.ask();
                    loop.execute(() -> answered.accept(answer));
                },
                failed);
    }

    /** The same, but on the spot if the answer takes no time. */
    <T> void askUnless(
            boolean immediate,
            Question<T> question,
            Consumer<T> answered,
            Consumer<IOException> failed) {
        if (!immediate) {
            ask(question, answered, failed);
            return;
        }
        T answer;
        try {
            answer = question.ask();
        } catch (IOException e) {
            failed.accept(e);
            return;
        }
        answered.accept(answer);
    }

    private void guarded(Work work, Consumer<IOException> failed) {
        try {
            work.run();
        } catch (IOException e) {
            loop.execute(() -> failed.accept(e));
        } catch (RejectedExecutionException e) {
            // the loop has ended, and nobody waits for it
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
