package io.vmferry.source.outgoing;

import io.vmferry.machine.link.EngineLoop;
import java.util.Optional;

/**
 * Drives the phases of one session: asks the current one for batches as long as the main channel
 * takes them, and gives the loop to others in between.
 */
final class Pump {

    /** Batches written before the loop is given to others: messages, commands, timers. */
    private static final int BATCHES_PER_TURN = 8;

    private final OutgoingSession session;
    private final EngineLoop loop;
    private Optional<EngineLoop.Timer> wake = Optional.empty();
    private Optional<Phase> phase = Optional.empty();
    private boolean running;
    private boolean runSoon;

    Pump(OutgoingSession session, EngineLoop loop) {
        this.session = session;
        this.loop = loop;
    }

    Optional<Phase> phase() {
        return phase;
    }

    /** Begins a phase. */
    void enter(Phase next) {
        phase = Optional.of(next);
        run();
    }

    /**
     * Goes on with the current phase; harmless at any time. Nothing to do where that is about to
     * happen anyway: a peer that says much does not get a turn for each of its messages.
     */
    void run() {
        if (session.halted() || phase.isEmpty() || running || runSoon) {
            return;
        }
        running = true;
        try {
            phase.get().takeNote();
            turn();
        } finally {
            running = false;
        }
    }

    private void turn() {
        for (int batch = 0; !session.halted() && session.channel().link().writable(); batch++) {
            if (batch == BATCHES_PER_TURN) {
                runSoon();
                return;
            }
            if (phase.orElseThrow().step() == Phase.Step.WAIT) {
                return;
            }
        }
    }

    /** Goes on in a turn of its own, once others have had theirs; one such turn is due at most. */
    void runSoon() {
        if (!runSoon) {
            runSoon = true;
            loop.execute(() -> {
                runSoon = false;
                run();
            });
        }
    }

    /** Runs an action on the loop after a while, unless the session has ended by then. */
    EngineLoop.Timer after(long delayNanos, Runnable action) {
        return loop.schedule(
                delayNanos,
                () -> {
                    if (!session.halted()) {
                        action.run();
                    }
                });
    }

    /** Calls {@link #run} after a while; one such call is pending at most. */
    void runAfter(long delayNanos) {
        wake.ifPresent(EngineLoop.Timer::cancel);
        wake = Optional.of(after(delayNanos, this::run));
    }

    /** Nothing to do until another phase begins. */
    void idle() {
        stop();
        phase = Optional.empty();
    }

    void stop() {
        wake.ifPresent(EngineLoop.Timer::cancel);
    }
}
