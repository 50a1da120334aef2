package io.vmferry.machine.daemon;

import io.vmferry.machine.daemon.NodeSpec.LogFormat;
import io.vmferry.machine.terminal.Progress;
import io.vmferry.machine.terminal.ProgressLine;
import io.vmferry.protocol.status.MigrationStatus;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows the progress of a node's migration while one is under way: in the last line of a terminal,
 * as a line of the log every second elsewhere, and not at all where the log is JSON.
 */
public final class ProgressDisplay {

    private static final Logger log = LoggerFactory.getLogger(ProgressDisplay.class);

    private static final long TERMINAL_PERIOD_MILLIS = 100;
    private static final long LOG_PERIOD_MILLIS = 1000;

    private final Node node;
    private final Screen screen;
    private final Callable<Optional<Progress>> progress;

    /** Whether the progress is to be shown. */
    private volatile boolean wanted;

    /** Whether the main thread has yet to follow {@link #wanted}: one task for any number. */
    private final AtomicBoolean due = new AtomicBoolean();

    /** Confined to the main thread. */
    private Optional<ProgressLine> line = Optional.empty();

    /**
     * Nothing is shown yet.
     *
     * @param progress read on the engine's loop; empty while there is nothing to show
     */
    public ProgressDisplay(Node node, Screen screen, Callable<Optional<Progress>> progress) {
        this.node = node;
        this.screen = screen;
        this.progress = progress;
    }

    /** Begins or ends with the migration. On the loop. */
    public void changed(MigrationStatus status) {
        wanted = status.running() && status != MigrationStatus.POSTCOPY_PAUSED;
        if (node.spec().logFormat() == LogFormat.TEXT && due.compareAndSet(false, true)) {
            node.mainThread().execute(this::follow);
        }
    }

    private void follow() {
        due.set(false);
        if (wanted) {
            begin();
        } else {
            end();
        }
    }

    private void begin() {
        if (line.isEmpty()) {
            line =
                    Optional.of(
                            screen.terminal()
                                    .map(shown ->
                                            new ProgressLine(
                                                    TERMINAL_PERIOD_MILLIS,
                                                    this::read,
                                                    now -> screen.show(shown, now)))
                                    .orElseGet(() ->
                                            new ProgressLine(
                                                    LOG_PERIOD_MILLIS,
                                                    this::read,
                                                    now -> log.info("{}", now.all()))));
        }
    }

    private void end() {
        line.ifPresent(ProgressLine::close);
        line = Optional.empty();
        screen.clear();
    }

    /** Reads on the printer's thread, which may wait for the engine. */
    private Optional<Progress> read() {
        try {
            return node.onLoop(progress);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (Exception e) {
            throw new IllegalStateException("The progress of the migration cannot be read", e);
        }
    }
}
