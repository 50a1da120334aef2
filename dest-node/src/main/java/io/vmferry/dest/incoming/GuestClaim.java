package io.vmferry.dest.incoming;

import io.vmferry.machine.guest.Guest;
import io.vmferry.machine.lease.Taking;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.failure.LeaseQuestion;
import io.vmferry.protocol.failure.LeaseTable;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The destination's claim on the guest that arrives: its disk lease, asked for before anything
 * leaves from which the source could conclude that the guest runs here. Until the lease has
 * answered nobody knows whose the guest is, so that a break decides nothing meanwhile.
 */
final class GuestClaim {

    private enum State {
        NONE,
        ASKED,
        OURS
    }

    private final Guest guest;
    private final Consumer<Taking> fails;
    private final Consumer<Taking> staysStopped;
    private State state = State.NONE;
    private Optional<Failure> failedMeanwhile = Optional.empty();

    /**
     * A claim that has not been made.
     *
     * @param fails leaves the guest to the source
     * @param staysStopped keeps the guest here without running it
     */
    GuestClaim(Guest guest, Consumer<Taking> fails, Consumer<Taking> staysStopped) {
        this.guest = guest;
        this.fails = fails;
        this.staysStopped = staysStopped;
    }

    /** Whether the lease has been asked for and has not answered. */
    boolean undecided() {
        return state == State.ASKED;
    }

    /**
     * Asks for the lease.
     *
     * @param goOn runs once the guest is ours, whether it runs or stays stopped
     */
    void ask(LeaseQuestion question, Runnable goOn) {
        if (state == State.OURS) {
            goOn.run();
            return;
        }
        state = State.ASKED;
        guest.lease().take(taking -> answered(question, taking, goOn));
    }

    private void answered(LeaseQuestion question, Taking taking, Runnable goOn) {
        state = taking.owned() ? State.OURS : State.NONE;
        boolean tooLate = taking.owned() && guest.run().ending();
        Taking counting = tooLate ? new Taking.Unusable("this node ends") : taking;
        switch (LeaseTable.consequence(question, counting.answer())) {
            case RUN -> goOn.run();
            case STAY_STOPPED -> {
                staysStopped.accept(counting);
                goOn.run();
            }
            case FAIL_AND_KEEP -> fails.accept(counting);
            case FAIL_AND_STAY_STOPPED, PAUSE, PAUSE_AND_ASK_AGAIN, ASK_AGAIN ->
                    throw new IllegalArgumentException(question + ": " + text(counting));
        }
    }

    /** Why the guest may not run here. */
    String text(Taking refusal) {
        return refusal.text(guest.lease().description());
    }

    /** Something fails while the claim is undecided; the first failure counts. */
    void remember(Failure failure) {
        if (failedMeanwhile.isEmpty()) {
            failedMeanwhile = Optional.of(failure);
        }
    }

    /** Whether something has failed, and what follows from it waits for the lease's answer. */
    boolean settles() {
        return undecided() && failedMeanwhile.isPresent();
    }

    /** What failed while the claim was undecided. */
    Optional<Failure> failedMeanwhile() {
        return failedMeanwhile;
    }

    /**
     * Gives the claim up, since the guest will not run here.
     *
     * @param done runs once the source can have the guest back
     */
    void drop(Runnable done) {
        if (state == State.OURS) {
            state = State.NONE;
            guest.run().giveUpLease(done);
        } else {
            done.run();
        }
    }
}
