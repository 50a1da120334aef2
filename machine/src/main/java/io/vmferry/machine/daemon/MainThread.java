package io.vmferry.machine.daemon;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The task queue of a daemon's main thread: printing and whatever else may block. The end of the
 * daemon is the last task. Tasks can be added from any thread.
 */
public final class MainThread {

    private static final Logger log = LoggerFactory.getLogger(MainThread.class);

    private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    private final AtomicReference<ExitCode> end = new AtomicReference<>();
    private volatile Supplier<ExitCode> whenQuit = () -> ExitCode.OK;

    /** Runs a task after those that were added before. */
    public void execute(Runnable task) {
        tasks.add(task);
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
