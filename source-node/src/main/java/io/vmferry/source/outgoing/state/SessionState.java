package io.vmferry.source.outgoing.state;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * Where one attempt to migrate is: its stage, and whether anything goes on at all. Owned by the
 * engine's loop.
 */
public final class SessionState {

    private Optional<Stage> stage = Optional.empty();
    private OptionalLong endNanos = OptionalLong.empty();
    private boolean paused;
    private boolean settling;
    private boolean postcopyRequested;

    /** The stage that is under way, or was when the migration ended. */
    public Optional<Stage> stage() {
        return stage;
    }

    /** Another stage begins. */
    public void enter(Stage next) {
        stage = Optional.of(next);
    }

    /** Nothing is to be done until another stage begins. */
    public void idle() {
        stage = Optional.empty();
    }

    /** Whether RAM is sent while the guest runs. */
    public boolean precopying() {
        return stage.equals(Optional.of(Stage.PRECOPY));
    }

    /** Whether what is sent now is the end of the stream, or the package. */
    public boolean handsOver() {
        return stage.equals(Optional.of(Stage.COMPLETION))
                || stage.equals(Optional.of(Stage.PACKAGE));
    }

    /** {@code migrate-start-postcopy}: takes effect as soon as it can. */
    public void requestPostcopy() {
        postcopyRequested = true;
    }

    public boolean postcopyRequested() {
        return postcopyRequested;
    }

    /** The migration has ended for good. */
    public void end(long nowNanos) {
        endNanos = OptionalLong.of(nowNanos);
    }

    /** When the migration ended, by the loop's clock; empty while it has not. */
    public OptionalLong endNanos() {
        return endNanos;
    }

    /** Whether postcopy is paused. */
    public boolean paused() {
        return paused;
    }

    public void paused(boolean now) {
        paused = now;
    }

    /**
     * Whether the lease has been asked whose the guest is, and nothing goes on until it answers.
     */
    public boolean settling() {
        return settling;
    }

    public void settling(boolean now) {
        settling = now;
    }

    /** Whether nothing goes on: the migration has ended, is paused, or one of them follows. */
    public boolean halted() {
        return endNanos.isPresent() || paused || settling;
    }

    /** Whether the channels stand and the end has not come. */
    public boolean working() {
        return stage.isPresent() && !halted();
    }
}
