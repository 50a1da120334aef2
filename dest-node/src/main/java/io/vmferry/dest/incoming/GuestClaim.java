package io.vmferry.dest.incoming;

import io.vmferry.machine.guest.Guest;
import io.vmferry.machine.lease.Taking;
import io.vmferry.protocol.failure.Failure;
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
    private State state = State.NONE;
    private Optional<Failure> failedMeanwhile = Optional.empty();

    GuestClaim(Guest guest) {
        this.guest = guest;
    }

    /** Whether the lease has been asked for and has not answered. */
    boolean undecided() {
        return state == State.ASKED;
    }

    /**
     * Asks for the lease.
     *
     * @param refused is told what else than ours it is
     */
    void ask(Runnable ours, Consumer<Taking> refused) {
        if (state == State.OURS) {
            ours.run();
            return;
        }
        state = State.ASKED;
        guest.lease().take(taking -> answered(taking, ours, refused));
    }

    private void answered(Taking taking, Runnable ours, Consumer<Taking> refused) {
        state = taking.owned() ? State.OURS : State.NONE;
        if (!taking.owned()) {
            refused.accept(taking);
        } else if (guest.run().ending()) {
            refused.accept(new Taking.Unusable("this node ends"));
        } else {
            // whoever had it before, the guest that has arrived is the newest
            ours.run();
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
