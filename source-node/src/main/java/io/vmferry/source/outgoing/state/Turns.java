package io.vmferry.source.outgoing.state;

import io.vmferry.machine.link.EngineLoop;
import io.vmferry.protocol.failure.Failure;
import java.util.Optional;
import java.util.function.Consumer;

/** Schedules the turns of the driver and reports failures. Confined to the engine's loop. */
public final class Turns {

    private final EngineLoop loop;
    private final AttemptState attempt;
    private Runnable turn = () -> {};
    private Consumer<Failure> failed = failure -> {};
    private Optional<EngineLoop.Timer> wake = Optional.empty();
    private boolean soon;

    public Turns(EngineLoop loop, AttemptState attempt) {
        this.loop = loop;
        this.attempt = attempt;
    }

    /**
     * The migration begins; what was asked for before had no effect.
     *
     * @param turn goes on with the migration; harmless at any time
     * @param failed gets what ends or interrupts it
     */
    public void begin(Runnable turn, Consumer<Failure> failed) {
        this.turn = turn;
        this.failed = failed;
    }

    /** Runs a turn now. */
    public void now() {
        turn.run();
    }

    /** Whether a turn of {@link #soon} is pending. */
    public boolean due() {
        return soon;
    }

    /** Runs a turn after other tasks of the loop; at most one is pending. */
    public void soon() {
        if (!soon) {
            soon = true;
            loop.execute(() -> {
                soon = false;
                turn.run();
            });
        }
    }

    /** Runs a turn after a delay; at most one is pending. */
    public void later(long delayNanos) {
        wake.ifPresent(EngineLoop.Timer::cancel);
        wake = Optional.of(after(delayNanos, this::now));
    }

    /** Runs an action after a delay, unless the migration has ended or paused by then. */
    public EngineLoop.Timer after(long delayNanos, Runnable action) {
        return loop.schedule(
                delayNanos,
                () -> {
                    if (!attempt.halted()) {
                        action.run();
                    }
                });
    }

    /** Reports what ends or interrupts the migration. */
    public void fail(Failure failure) {
        failed.accept(failure);
    }

    /** Cancels the turn of {@link #later}. */
    public void stop() {
        wake.ifPresent(EngineLoop.Timer::cancel);
    }
}
