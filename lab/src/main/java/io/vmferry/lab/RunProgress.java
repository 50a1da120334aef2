package io.vmferry.lab;

import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How far a run of many parts is: a line that is rewritten on a terminal, elsewhere a line now and
 * then. Parts may be reported on any thread.
 */
public final class RunProgress implements AutoCloseable {

    private static final long TERMINAL_PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long PLAIN_PERIOD_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** Before that an estimate is worth nothing. */
    private static final long FIRST_ESTIMATE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final long MOST_SECONDS = 90;

    /** Disables wrapping: a wrapped line could not be rewritten. */
    private static final String NO_WRAP = "\u001b[?7l";

    private static final String WRAP = "\u001b[?7h";
    private static final String CLEAR = "\r\u001b[K";

    private final PrintStream err;
    private final boolean terminal;
    private final String parts;
    private final int total;
    private final LongSupplier clock;
    private final long beginNanos;
    private long printedNanos;
    private int done;
    private int broken;

    /**
     * Begins with nothing done.
     *
     * @param terminal whether the stream is a terminal that understands control codes
     * @param parts what the parts are, in the plural
     * @param clock nanoseconds since some time
     */
    public RunProgress(
            PrintStream err, boolean terminal, String parts, int total, LongSupplier clock) {
        this.err = err;
        this.terminal = terminal;
        this.parts = parts;
        this.total = total;
        this.clock = clock;
        this.beginNanos = clock.getAsLong();
        this.printedNanos = beginNanos;
    }

    /**
     * A part is done.
     *
     * @param brokeRule whether it broke a rule
     */
    public synchronized void done(boolean brokeRule) {
        done++;
        broken += brokeRule ? 1 : 0;
        long now = clock.getAsLong();
        if (now - printedNanos >= (terminal ? TERMINAL_PERIOD_NANOS : PLAIN_PERIOD_NANOS)) {
            printedNanos = now;
            print(now);
        }
    }

    private void print(long now) {
        if (terminal) {
            err.print(NO_WRAP + CLEAR + text(now) + WRAP);
        } else {
            err.println(text(now));
        }
        err.flush();
    }

    /** What matters most comes first, since a narrow terminal cuts the end off. */
    private String text(long now) {
        String text =
                String.format(Locale.ROOT, "%d %% of %,d %s", 100L * done / total, total, parts);
        if (broken > 0) {
            text += ", %d broke a rule".formatted(broken);
        }
        long passed = now - beginNanos;
        return passed < FIRST_ESTIMATE_NANOS
                ? text
                : text + ", " + left((double) passed / done * (total - done));
    }

    private static String left(double nanos) {
        long seconds = Math.round(nanos / TimeUnit.SECONDS.toNanos(1));
        return seconds <= MOST_SECONDS ? seconds + " s left" : (seconds + 30) / 60 + " min left";
    }

    /** Prints a line that stays. */
    public synchronized void say(String line) {
        err.println(terminal ? CLEAR + line : line);
    }

    /** Leaves the terminal clean for what follows. */
    @Override
    public synchronized void close() {
        if (terminal) {
            err.print(CLEAR);
            err.flush();
        }
    }
}
