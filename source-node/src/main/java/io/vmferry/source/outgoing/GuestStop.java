package io.vmferry.source.outgoing;

import io.vmferry.machine.guest.Guest;
import io.vmferry.machine.guest.RunControl;
import io.vmferry.protocol.failure.AllSteps;
import io.vmferry.protocol.status.RunState;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops the guest for the switchover and, when the migration does not succeed, gives it back what
 * it had: the disk lease and the run state from before.
 */
final class GuestStop {

    private static final Logger log = LoggerFactory.getLogger(GuestStop.class);

    private final Guest guest;
    private Optional<RunState> before = Optional.empty();
    private boolean stopping;
    private Runnable whenStopped = () -> {};

    GuestStop(Guest guest) {
        this.guest = guest;
    }

    /** Stops the guest into finish-migrate; the action runs once its vCPUs stand still. */
    void begin(Runnable action) {
        before = Optional.of(guest.run().state());
        stopping = true;
        whenStopped = action;
        guest.run().stop(RunState.FINISH_MIGRATE, this::stopped);
    }

    /** Whether the guest was told to stop, and has not been given back. */
    boolean begun() {
        return before.isPresent();
    }

    private void stopped() {
        stopping = false;
        whenStopped.run();
    }

    /** Who has the disks after a handover, and so may run the guest. */
    enum Owner {
        /** This node again, and nobody else has had them in between. */
        OURS,
        /** Somebody else. */
        HELD_ELSEWHERE,
        /** Nobody else any more, but somebody was: the guest has run on without this node. */
        RAN_ELSEWHERE
    }

    /** Tries to take the disks back. */
    Owner reclaim() {
        if (!guest.lease().take()) {
            return Owner.HELD_ELSEWHERE;
        }
        return guest.lease().passedOn() ? Owner.RAN_ELSEWHERE : Owner.OURS;
    }

    /** Gives the disks up, so that the destination can take them. */
    void handOver() {
        guest.lease().giveUp();
    }

    /**
     * Undoes the stop after a failure or a cancel, as soon as a stop under way has finished.
     *
     * @param done runs afterwards, at once when nothing was stopped
     */
    void undo(Runnable done) {
        if (stopping) {
            whenStopped = () -> undo(done);
            return;
        }
        Optional<RunState> state = before;
        before = Optional.empty();
        AllSteps.run(() -> state.ifPresent(this::restore), done);
    }

    private void restore(RunState state) {
        RunControl run = guest.run();
        switch (reclaim()) {
            case HELD_ELSEWHERE ->
                    log.error(
                            "The guest stays stopped: {} is held by somebody else, who may be running it",
                            guest.lease().description());
            case RAN_ELSEWHERE ->
                    log.error(
                            "The guest stays stopped: it has run elsewhere since it was stopped here, as {} tells",
                            guest.lease().description());
            case OURS -> resume(run, state);
        }
    }

    private static void resume(RunControl run, RunState state) {
        if (state.live()) {
            if (run.state() != RunState.SHUTDOWN) {
                run.start();
            }
        } else if (run.state() == RunState.FINISH_MIGRATE) {
            run.become(state);
        }
    }
}
