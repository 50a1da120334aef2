package io.vmferry.source.outgoing.state;

import io.vmferry.protocol.failure.Failure;
import java.util.Optional;
import java.util.OptionalLong;

/** Stage, pause and end of one attempt to migrate. Confined to the engine's loop. */
public final class AttemptState {

    private Optional<Stage> stage = Optional.empty();
    private Optional<Failure> setupFailure = Optional.empty();
    private OptionalLong endNanos = OptionalLong.empty();
    private boolean paused;
    private long pauseStartNanos;
    private long pausedNanos;
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

    /** Leaves the stage; nothing is sent until another one begins. */
    public void idle() {
        stage = Optional.empty();
    }

    /** The setup of a section has failed, and nothing more is sent. */
    public void setupFailed(Failure failure) {
        setupFailure = Optional.of(failure);
    }

    /** Why the migration has to fail once it is active, which is when QEMU says so. */
    public Optional<Failure> setupFailure() {
        return setupFailure;
    }

    /** Whether RAM is sent while the guest runs. */
    public boolean precopying() {
        return stage.equals(Optional.of(Stage.PRECOPY));
    }

    /** Whether the end of the stream, or the package, is being sent. */
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

    /** A pause begins, or goes on although a recovery was tried. */
    public void pause(long nowNanos) {
        if (!paused) {
            pauseStartNanos = nowNanos;
        }
        paused = true;
    }

    /** The pause is over, for now at least. */
    public void goOn(long nowNanos) {
        pausedNanos = pausedNanos(nowNanos);
        paused = false;
    }

    /** How long the postcopy has been paused in all. */
    public long pausedNanos(long nowNanos) {
        return pausedNanos + (paused ? nowNanos - pauseStartNanos : 0);
    }

    /** Whether the migration waits for the lease to decide who owns the guest. */
    public boolean settling() {
        return settling;
    }

    public void settling(boolean now) {
        settling = now;
    }

    /** Whether the migration has ended, is paused, or is about to. */
    public boolean halted() {
        return endNanos.isPresent() || paused || settling;
    }

    /** Whether the channels are connected and the migration is running. */
    public boolean working() {
        return stage.isPresent() && !halted();
    }
}
