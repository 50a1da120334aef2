package io.vmferry.source.outgoing.guest;

import io.vmferry.machine.guest.Guest;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.guest.RunControl;
import io.vmferry.machine.lease.Taking;
import io.vmferry.machine.link.EngineLoop;
import io.vmferry.protocol.failure.AllSteps;
import io.vmferry.protocol.failure.LeaseConsequence;
import io.vmferry.protocol.failure.LeaseQuestion;
import io.vmferry.protocol.failure.LeaseTable;
import io.vmferry.protocol.profile.Deviation;
import io.vmferry.protocol.status.RunState;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stops the guest for the switchover; restores lease and run state after a failure. */
public final class GuestStop {

    private static final Logger log = LoggerFactory.getLogger(GuestStop.class);

    private static final long TRY_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Guest guest;
    private final MigrationOptions options;
    private final EngineLoop loop;
    private Optional<RunState> before = Optional.empty();

    /** The result of taking the lease, since the stop is to be undone. */
    private Optional<Taking> decided = Optional.empty();

    private boolean stopping;
    private boolean handedOver;

    /** Whether the destination owns the guest even if the migration fails. */
    private boolean left;

    private Runnable whenStopped = () -> {};

    public GuestStop(Guest guest, MigrationOptions options, EngineLoop loop) {
        this.guest = guest;
        this.options = options;
        this.loop = loop;
    }

    /** Stops the guest into finish-migrate; the action runs once its vCPUs are stopped. */
    public void begin(Runnable action) {
        begin(RunState.FINISH_MIGRATE, action);
    }

    /** Stops the guest into a run state; the action runs once its vCPUs are stopped. */
    public void begin(RunState into, Runnable action) {
        before = Optional.of(guest.run().state());
        stopping = true;
        handedOver = false;
        whenStopped = action;
        guest.run().stop(into, this::stopped);
    }

    /** Whether the guest runs now. */
    public boolean runs() {
        return guest.run().state().live();
    }

    /** Whether the guest was stopped, or is stopping, and not restored since. */
    public boolean begun() {
        return before.isPresent();
    }

    private void stopped() {
        stopping = false;
        whenStopped.run();
    }

    /** Gives up the lease of the disks; the action runs once the destination can take it. */
    public void handOver(Runnable action) {
        handedOver = true;
        guest.run().giveUpLease(action);
    }

    /** Tries to take the lease again. */
    public void reclaim(Consumer<Taking> done) {
        guest.lease().take(done);
    }

    /** Runs an action once it is known who holds the lease, for which {@link #undo} must wait. */
    public void decide(Runnable action) {
        if (stopping || left || before.isEmpty() || decided.isPresent()) {
            action.run();
        } else if (!handedOver && guest.lease().held()) {
            // the result is older than the guest's run here
            decided(new Taking.Ours(), action);
        } else {
            reclaim(taking -> decided(taking, action));
        }
    }

    private void decided(Taking taking, Runnable action) {
        if (consequence(taking) == LeaseConsequence.ASK_AGAIN) {
            tryAgain(taking.text(guest.lease().description()), action);
        } else {
            decided = Optional.of(taking);
            action.run();
        }
    }

    /** Asks again: the lease cannot be used, and the guest stays stopped until it can. */
    private void tryAgain(String text, Runnable action) {
        if (!guest.run().refusal().equals(Optional.of(text))) {
            log.error("The guest stays stopped until its lease can be taken: {}", text);
            guest.run().refuse(text);
        }
        loop.schedule(TRY_AGAIN_NANOS, () -> decide(action));
    }

    /** Notes that all of a postcopy was sent: QEMU 7.2 does not resume the guest after that. */
    public void postcopySent() {
        left = options.follows(Deviation.POSTCOPY_END);
    }

    /**
     * Undoes the stop after a failure or a cancel, as soon as a running stop has finished and it is
     * known who holds the lease.
     *
     * @param done runs afterwards, at once when nothing was stopped
     */
    public void undo(Runnable done) {
        if (left) {
            AllSteps.run(() -> guest.run().become(RunState.POSTMIGRATE), done);
        } else if (stopping) {
            whenStopped = () -> undo(done);
        } else if (before.isEmpty()) {
            done.run();
        } else {
            decide(() -> undo(before.orElseThrow(), decided.orElseThrow(), done));
        }
    }

    private void undo(RunState state, Taking taking, Runnable done) {
        before = Optional.empty();
        decided = Optional.empty();
        AllSteps.run(() -> restore(state, taking), done);
    }

    private void restore(RunState state, Taking taking) {
        String text = taking.text(guest.lease().description());
        switch (consequence(taking)) {
            case RUN -> resume(state);
            case STAY_STOPPED -> stayStopped(taking, text);
            case FAIL_AND_KEEP, FAIL_AND_STAY_STOPPED, PAUSE, PAUSE_AND_ASK_AGAIN, ASK_AGAIN ->
                    throw new IllegalStateException(text);
        }
    }

    private static LeaseConsequence consequence(Taking taking) {
        return LeaseTable.consequence(LeaseQuestion.SOURCE_TAKES_BACK, taking.result());
    }

    private void stayStopped(Taking taking, String text) {
        String why =
                taking.held()
                        ? "another node has had its lease since it was stopped here"
                        : "it may be running elsewhere";
        log.error("The guest stays stopped, {}: {}", why, text);
        guest.run().refuse(text);
    }

    private void resume(RunState state) {
        RunControl run = guest.run();
        if (state.live()) {
            if (run.state() != RunState.SHUTDOWN) {
                run.run();
            }
        } else if (run.state() == RunState.FINISH_MIGRATE) {
            run.become(options.follows(Deviation.PAUSED_GUEST) ? RunState.POSTMIGRATE : state);
        }
    }
}
