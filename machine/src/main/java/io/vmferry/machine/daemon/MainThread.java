package io.vmferry.machine.daemon;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The task queue of a daemon's main thread: printing and whatever else may block. The end of the
 * daemon is the last task. Tasks can be added from any thread.
 */
public final class MainThread {

    private static final Logger log = LoggerFactory.getLogger(MainThread.class);

    /** Lines of the log that wait for an output that takes nothing. */
    static final int MAX_WAITING_LINES = 1024;

    private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    private final AtomicReference<ExitCode> end = new AtomicReference<>();
    private final AtomicInteger waitingLines = new AtomicInteger();
    private final AtomicLong droppedLines = new AtomicLong();
    private volatile Supplier<ExitCode> whenQuit = () -> ExitCode.OK;

    /** Runs a task after those that were added before. */
    public void execute(Runnable task) {
        tasks.add(task);
    }

    /**
     * Logs a line after the tasks that were added before. A client that begins one migration after
     * another must not fill memory while the output takes nothing: what does not fit is counted.
     *
     * @param output writes a line
     */
    public void log(String line, Consumer<String> output) {
        if (waitingLines.incrementAndGet() > MAX_WAITING_LINES) {
            waitingLines.decrementAndGet();
            droppedLines.incrementAndGet();
            return;
        }
        tasks.add(() -> {
            boolean last = waitingLines.decrementAndGet() == 0;
            output.accept(line);
            long dropped = last ? droppedLines.getAndSet(0) : 0;
            if (dropped > 0) {
                output.accept(
                        "%d more lines were left out here, more than %d waited for the output"
                                .formatted(dropped, MAX_WAITING_LINES));
            }
        });
    }

    /** Ends the daemon after the tasks that were added before; the first end counts. */
    public void end(ExitCode code) {
        tasks.add(() -> end.compareAndSet(null, code));
    }

    /** Ends the daemon on request, as it went so far. On the engine's loop, which knows that. */
    public void quit() {
        end(whenQuit.get());
    }

    /** Sets the exit code for {@link #quit}, asked on the engine's loop. */
    public void whenQuit(Supplier<ExitCode> code) {
        whenQuit = code;
    }

    /** Does tasks until the end. */
    ExitCode serve() {
        while (end.get() == null) {
            try {
                tasks.take().run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return ExitCode.OK;
            } catch (Throwable bug) {
                // a failure to print must not end the process of a running guest
                log.error("Internal error, please report it: {}", bug, bug);
            }
        }
        return end.get();
    }
}
