package io.vmferry.dest.incoming;

import java.util.function.Consumer;

/** What whoever has made a migration does in its course. */
final class IncomingCallbacks {

    private Runnable beforeStart = () -> {};
    private Consumer<IncomingFigures> whenEnded = figures -> {};
    private Consumer<IncomingFigures> whenPaused = figures -> {};

    void beforeStart(Runnable action) {
        beforeStart = action;
    }

    void whenEnded(Consumer<IncomingFigures> action) {
        whenEnded = action;
    }

    void whenPaused(Consumer<IncomingFigures> action) {
        whenPaused = action;
    }

    /** The guest has been loaded and its vCPUs are about to start. */
    void starting() {
        beforeStart.run();
    }

    /** The migration has ended either way. */
    void ended(IncomingFigures figures) {
        whenEnded.accept(figures);
    }

    /** Postcopy has paused. */
    void paused(IncomingFigures figures) {
        whenPaused.accept(figures);
    }
}
