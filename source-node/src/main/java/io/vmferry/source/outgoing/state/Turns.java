package io.vmferry.source.outgoing.state;

import io.vmferry.machine.link.EngineLoop;
import io.vmferry.protocol.failure.Failure;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The turns of the driver: whatever happens to a part of a migration asks for one, now or later, or
 * reports the failure that ends the migration. Owned by the engine's loop.
 */
public final class Turns {

    private final EngineLoop loop;
    private final SessionState session;
    private Runnable turn = () -> {};
    private Consumer<Failure> failed = failure -> {};
    private Optional<EngineLoop.Timer> wake = Optional.empty();
    private boolean soon;

    public Turns(EngineLoop loop, SessionState session) {
        this.loop = loop;
        this.session = session;
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

    /** Has a turn taken. */
    public void now() {
        turn.run();
    }

    /** Whether a turn was asked for by {@link #soon}, and has not come. */
    public boolean due() {
        return soon;
    }

    /** Has a turn taken once others have had theirs; one such turn is due at most. */
    public void soon() {
        if (!soon) {
            soon = true;
            loop.execute(() -> {
                soon = false;
                turn.run();
            });
        }
    }

    /** Has a turn taken after a while; one such turn is pending at most. */
    public void later(long delayNanos) {
        wake.ifPresent(EngineLoop.Timer::cancel);
        wake = Optional.of(after(delayNanos, this::now));
    }

    /** Runs an action after a while, unless nothing goes on by then. */
    public EngineLoop.Timer after(long delayNanos, Runnable action) {
        return loop.schedule(
                delayNanos,
                () -> {
                    if (!session.halted()) {
                        action.run();
                    }
                });
    }

    /** Reports what ends or interrupts the migration. */
    public void fail(Failure failure) {
        failed.accept(failure);
    }

    /** Calls off the turn that was asked for by {@link #later}. */
    public void stop() {
        wake.ifPresent(EngineLoop.Timer::cancel);
    }
}
