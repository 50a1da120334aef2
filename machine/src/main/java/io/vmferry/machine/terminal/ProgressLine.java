package io.vmferry.machine.terminal;

import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows the progress of a migration again and again. Prints on its own thread, so that a slow
 * terminal never delays a migration.
 */
public final class ProgressLine implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ProgressLine.class);

    private final Supplier<Optional<Progress>> progress;
    private final Consumer<Progress> out;
    private final ScheduledExecutorService printer;

    /** Whether a failure of {@link #progress} has been logged; confined to the printer's thread. */
    private boolean broken;

    /**
     * Starts printing.
     *
     * @param progress called on the printer's thread, like the next; empty prints nothing
     * @param out prints it
     */
    public ProgressLine(
            long periodMillis, Supplier<Optional<Progress>> progress, Consumer<Progress> out) {
        this.progress = progress;
        this.out = out;
        this.printer =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().daemon().name("progress").factory());
        var _ =
                printer.scheduleWithFixedDelay(
                        this::print, periodMillis, periodMillis, TimeUnit.MILLISECONDS);
    }

    /** An exception would silently end the timer's task. */
    private void print() {
        try {
            progress.get().ifPresent(out);
        } catch (RuntimeException | Error bug) {
            complain(bug);
        }
    }

    private void complain(Throwable bug) {
        if (!broken) {
            broken = true;
            log.error("Internal error, please report it: no progress to show: {}", bug.toString());
        }
    }

    /** Prints nothing any more once this has returned. */
    @Override
    public void close() {
        printer.shutdown();
        try {
            if (!printer.awaitTermination(1, TimeUnit.SECONDS)) {
                printer.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
