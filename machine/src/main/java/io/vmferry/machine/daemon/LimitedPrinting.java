package io.vmferry.machine.daemon;

import java.time.Duration;
import org.slf4j.Logger;

/**
 * Printing that nothing waits for longer than a moment: a terminal that is stopped, or a full pipe
 * that nobody reads, lets whoever prints wait for ever.
 */
final class LimitedPrinting {

    static final Duration LIMIT = Duration.ofMillis(300);

    private LimitedPrinting() {}

    /** Prints on a thread of its own, and returns when it has or the limit is over. */
    static void run(Runnable printing) {
        Thread printer = Thread.ofPlatform().daemon().name("printing").start(printing);
        try {
            printer.join(LIMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Logs a line that nothing waits for. */
    static void warn(Logger log, String line) {
        run(() -> log.warn("{}", line));
    }
}
