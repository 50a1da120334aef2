package io.vmferry.machine.daemon;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The errands of a daemon's first thread: printing and whatever else may wait for the world. The
 * end of the daemon is the last errand. Errands can be given from any thread.
 */
public final class Desk {

    private static final Logger log = LoggerFactory.getLogger(Desk.class);

    private final LinkedBlockingQueue<Runnable> errands = new LinkedBlockingQueue<>();
    private final AtomicReference<ExitCode> end = new AtomicReference<>();
    private volatile Supplier<ExitCode> whenQuit = () -> ExitCode.OK;

    /** Does something after what was given before. */
    public void errand(Runnable errand) {
        errands.add(errand);
    }

    /** Ends the daemon after what was given before; the first end counts. */
    public void end(ExitCode code) {
        errands.add(() -> end.compareAndSet(null, code));
    }

    /** Ends the daemon because somebody asked for that. */
    public void quit() {
        errands.add(() -> end.compareAndSet(null, whenQuit.get()));
    }

    /** Sets how a daemon ends that is told to quit. */
    public void whenQuit(Supplier<ExitCode> code) {
        whenQuit = code;
    }

    /** Does errands until the end. */
    ExitCode serve() {
        while (end.get() == null) {
            try {
                errands.take().run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return ExitCode.OK;
            } catch (Throwable bug) {
                // what cannot be printed must not end the process of a guest that runs
                log.error("Internal error, please report it: {}", bug, bug);
            }
        }
        return end.get();
    }
}
