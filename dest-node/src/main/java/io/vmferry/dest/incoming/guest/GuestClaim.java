package io.vmferry.dest.incoming.guest;

import io.vmferry.dest.incoming.state.IncomingState;
import io.vmferry.dest.incoming.state.IncomingState.ClaimStatus;
import io.vmferry.machine.guest.Guest;
import io.vmferry.machine.lease.Taking;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.failure.LeaseQuestion;
import io.vmferry.protocol.failure.LeaseTable;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The destination's claim on the arriving guest: its disk lease, taken before anything is sent by
 * which the source knows that the guest runs here. Until the lease has responded the owner is
 * undecided, and a broken channel decides nothing.
 */
public record GuestClaim(Guest guest, IncomingState state) {

    private static final Logger log = LoggerFactory.getLogger(GuestClaim.class);

    /**
     * Asks for the lease.
     *
     * @param goOn runs once the destination owns the guest, whether it may run or stays stopped
     * @param refused gets the failure where the guest is left to the source
     */
    public void ask(LeaseQuestion question, Runnable goOn, Consumer<Failure> refused) {
        if (state.claim() == ClaimStatus.OURS) {
            goOn.run();
            return;
        }
        state.claim(ClaimStatus.ASKED);
        guest.lease().take(taking -> decided(question, taking, goOn, refused));
    }

    private void decided(
            LeaseQuestion question, Taking taking, Runnable goOn, Consumer<Failure> refused) {
        state.claim(taking.held() ? ClaimStatus.OURS : ClaimStatus.NONE);
        boolean tooLate = taking.held() && guest.run().ending();
        Taking counting = tooLate ? new Taking.Unusable("this node ends") : taking;
        switch (LeaseTable.consequence(question, counting.result())) {
            case RUN -> goOn.run();
            case STAY_STOPPED -> {
                stayStopped(text(counting));
                goOn.run();
            }
            case FAIL_AND_KEEP ->
                    refused.accept(
                            new Failure.LeaseFailure(
                                    "The guest may not run here: " + text(counting)));
            case FAIL_AND_STAY_STOPPED, PAUSE, PAUSE_AND_ASK_AGAIN, ASK_AGAIN ->
                    throw new IllegalArgumentException(question + ": " + text(counting));
        }
    }

    /** Keeps the guest stopped: it may not run here now, and the source has given it up. */
    private void stayStopped(String why) {
        log.error("The guest is here but not started: {}", why);
        guest.run().refuse(why);
    }

    /** Why the guest may not run here. */
    private String text(Taking refusal) {
        return refusal.text(guest.lease().description());
    }

    /**
     * Gives up the claim, since the guest will not run here.
     *
     * @param done runs once the source can have the guest back
     */
    public void drop(Runnable done) {
        if (state.claim() == ClaimStatus.OURS) {
            state.claim(ClaimStatus.NONE);
            guest.run().giveUpLease(done);
        } else {
            done.run();
        }
    }
}
