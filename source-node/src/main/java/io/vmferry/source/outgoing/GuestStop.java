package io.vmferry.source.outgoing;

import io.vmferry.machine.guest.Guest;
import io.vmferry.machine.guest.RunControl;
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

    private void stopped() {
        stopping = false;
        whenStopped.run();
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
        before.ifPresent(this::restore);
        before = Optional.empty();
        done.run();
    }

    private void restore(RunState state) {
        RunControl run = guest.run();
        if (!guest.lease().take()) {
            log.error(
                    "The guest stays stopped: {} is held by somebody else, who may be running it",
                    guest.lease().description());
            return;
        }
        if (state.live()) {
            if (run.state() != RunState.SHUTDOWN) {
                run.start();
            }
        } else if (run.state() == RunState.FINISH_MIGRATE) {
            run.become(state);
        }
    }
}
