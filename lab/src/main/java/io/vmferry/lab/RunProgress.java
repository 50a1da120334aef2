package io.vmferry.lab;

import io.vmferry.machine.terminal.Progress;
import io.vmferry.machine.terminal.Progress.ProgressCell;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
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

    private static final String CLEAR = "\r\u001b[K";

    private final PrintStream err;
    private final Optional<IntSupplier> columns;
    private final String parts;
    private final long total;
    private final LongSupplier clock;
    private final long beginNanos;
    private long printedNanos;
    private long done;
    private int broken;
    private boolean over;

    /**
     * Begins with nothing done.
     *
     * @param columns the width of the stream, if that is a terminal that understands control codes
     * @param parts what the parts are, in the plural
     * @param clock nanoseconds since some time
     */
    public RunProgress(
            PrintStream err,
            Optional<IntSupplier> columns,
            String parts,
            long total,
            LongSupplier clock) {
        this.err = err;
        this.columns = columns;
        this.parts = parts;
        this.total = total;
        this.clock = clock;
        this.beginNanos = clock.getAsLong();
        this.printedNanos = beginNanos;
    }

    /** So many parts are done by now, of which none has broken a rule. */
    public synchronized void reached(long parts) {
        done = Math.min(parts, total);
        show();
    }

    /**
     * A part is done.
     *
     * @param brokeRule whether it broke a rule
     */
    public synchronized void done(boolean brokeRule) {
        done++;
        broken += brokeRule ? 1 : 0;
        show();
    }

    /** How far the run was when a signal has ended it; no progress is shown any more. */
    public synchronized String ended() {
        over = true;
        return String.format(Locale.ROOT, " after %,d of %,d %s", done, total, parts);
    }

    private void show() {
        long now = clock.getAsLong();
        if (over) {
            return;
        }
        if (now - printedNanos
                >= (columns.isPresent() ? TERMINAL_PERIOD_NANOS : PLAIN_PERIOD_NANOS)) {
            printedNanos = now;
            print(now);
        }
    }

    private void print(long now) {
        if (columns.isPresent()) {
            // one column less, since a full line moves the cursor of some terminals
            err.print(CLEAR + progress(now).fit(columns.get().getAsInt() - 1));
        } else {
            err.println(progress(now).all());
        }
        err.flush();
    }

    private Progress progress(long now) {
        List<ProgressCell> cells = new ArrayList<>();
        cells.add(
                new ProgressCell(
                        String.format(
                                Locale.ROOT, "%d %% of %,d %s", 100 * done / total, total, parts),
                        0));
        if (broken > 0) {
            cells.add(new ProgressCell("%d broke a rule".formatted(broken), 1));
        }
        long passed = now - beginNanos;
        if (passed >= FIRST_ESTIMATE_NANOS && done > 0) {
            cells.add(new ProgressCell(left((double) passed / done * (total - done)), 2));
        }
        return new Progress(cells, OptionalDouble.empty());
    }

    private static String left(double nanos) {
        long seconds = Math.round(nanos / TimeUnit.SECONDS.toNanos(1));
        return seconds <= MOST_SECONDS ? seconds + " s left" : (seconds + 30) / 60 + " min left";
    }

    /** Prints a line that stays. */
    public synchronized void say(String line) {
        err.println(columns.isPresent() ? CLEAR + line : line);
    }

    /** Leaves the terminal clean for what follows. */
    @Override
    public synchronized void close() {
        if (columns.isPresent()) {
            err.print(CLEAR);
            err.flush();
        }
    }
}
