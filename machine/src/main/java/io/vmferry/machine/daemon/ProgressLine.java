package io.vmferry.machine.daemon;

import java.io.PrintStream;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows the progress of a migration: one line that is rewritten on a terminal, a plain line per
 * second elsewhere. Prints on its own thread, so that a slow terminal never delays a migration.
 */
public final class ProgressLine implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ProgressLine.class);

    private static final long TERMINAL_PERIOD_MILLIS = 100;
    private static final long PLAIN_PERIOD_MILLIS = 1000;

    /** Disables wrapping: a wrapped line could not be rewritten. */
    private static final String NO_WRAP = "\u001b[?7l";

    private static final String WRAP = "\u001b[?7h";
    private static final String CLEAR = "\r\u001b[K";

    private final PrintStream out;
    private final boolean terminal;
    private final Supplier<String> text;
    private final ScheduledExecutorService printer;

    /** Whether a failure of {@link #text} has been logged; confined to the printer's thread. */
    private boolean broken;

    /**
     * Starts printing.
     *
     * @param terminal whether the stream is a terminal that understands ANSI control codes
     * @param text gives the current line; called on the printer's thread; empty prints nothing
     */
    public ProgressLine(PrintStream out, boolean terminal, Supplier<String> text) {
        this.out = out;
        this.terminal = terminal;
        this.text = text;
        this.printer =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().daemon().name("progress").factory());
        long period = terminal ? TERMINAL_PERIOD_MILLIS : PLAIN_PERIOD_MILLIS;
        var _ = printer.scheduleWithFixedDelay(this::print, period, period, TimeUnit.MILLISECONDS);
    }

    /** An exception would silently end the timer's task. */
    private void print() {
        String line;
        try {
            line = text.get();
        } catch (RuntimeException | Error bug) {
            complain(bug);
            return;
        }
        print(line);
    }

    private void complain(Throwable bug) {
        if (!broken) {
            broken = true;
            log.error("Internal error, please report it: no progress to show: {}", bug.toString());
        }
    }

    private void print(String line) {
        if (line.isEmpty()) {
            return;
        }
        if (terminal) {
            out.print(NO_WRAP + CLEAR + line + WRAP);
        } else {
            out.println(line);
        }
        out.flush();
    }

    /** Stops and leaves the terminal clean for what follows. */
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
        if (terminal) {
            out.print(CLEAR);
            out.flush();
        }
    }
}
