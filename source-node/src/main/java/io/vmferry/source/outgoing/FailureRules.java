package io.vmferry.source.outgoing;

import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.protocol.failure.Consequence;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.failure.FailureTable;
import io.vmferry.protocol.failure.GuestOwner;
import io.vmferry.protocol.profile.Deviation;
import io.vmferry.protocol.status.MigrationState;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.Side;
import java.util.function.Supplier;

/**
 * What a failure means where a source is now: the {@link FailureTable}, when the source notices,
 * and what QEMU does otherwise if this side is to do the same.
 */
final class FailureRules {

    private final OutgoingSession session;
    private final MigrationOptions options;
    private final MigrationState state;
    private final Supplier<GuestOwner> owner;

    FailureRules(
            OutgoingSession session,
            MigrationOptions options,
            MigrationState state,
            Supplier<GuestOwner> owner) {
        this.session = session;
        this.options = options;
        this.state = state;
        this.owner = owner;
    }

    /** What follows from a failure. */
    Consequence consequence(Failure failure) {
        if (failure instanceof Failure.CancelCommand
                && state.get().inPostcopy()
                && options.follows(Deviation.POSTCOPY_CANCEL)) {
            return Consequence.ABANDON;
        }
        if (startsSecondGuest(failure)) {
            return Consequence.FAIL_AND_KEEP;
        }
        if (hasSentPostcopy() && options.follows(Deviation.POSTCOPY_END)) {
            // a thread of that QEMU waits for a recovery, and another one for that thread
            boolean waits =
                    failure instanceof Failure.Transport || failure instanceof Failure.PauseCommand;
            return waits ? Consequence.KEEP_RUNNING : Consequence.FAIL_AND_KEEP;
        }
        return FailureTable.of(Side.SOURCE).consequence(owner.get(), failure.kind());
    }

    private boolean startsSecondGuest(Failure failure) {
        boolean badAnswer =
                failure instanceof Failure.Wire || failure instanceof Failure.PeerReport;
        boolean brokenEnd = failure instanceof Failure.Transport && hasSentPostcopy();
        return (badAnswer || brokenEnd) && inPostcopy() && options.follows(Deviation.SECOND_GUEST);
    }

    private boolean inPostcopy() {
        return owner.get() == GuestOwner.DESTINATION
                && state.get() == MigrationStatus.POSTCOPY_ACTIVE;
    }

    /** Whether the end of a postcopy is out, so that nothing is left but to wait for SHUT. */
    private boolean hasSentPostcopy() {
        return inPostcopy() && session.end().handover().isStreamEnded();
    }

    /**
     * Whether the migration goes on over an answer that cannot be used, to end when it needs one:
     * while nothing has left that lets the guest run elsewhere, and when it does run there.
     */
    boolean outlivesBadAnswer() {
        if (!session.profile().readsReturnPathLast()) {
            return outlivesBreak();
        }
        return switch (owner.get()) {
            case SOURCE -> !session.handsOver();
            case DESTINATION -> inPostcopy() && !hasSentPostcopy();
            case UNDECIDED ->
                    state.get() == MigrationStatus.POSTCOPY_DEVICE
                            && options.follows(Deviation.FAILED_PACKAGE);
            case DESTINATION_COMPLETE, SETTLED -> false;
        };
    }

    /** Whether nothing is written or read, so that a break is only seen later. */
    boolean outlivesBreak() {
        return state.get() == MigrationStatus.PRE_SWITCHOVER && !session.halted();
    }

    /** Whether a page that is asked for in precopy goes past the rate limit, and all after it. */
    boolean losesLimit() {
        return owner.get() == GuestOwner.SOURCE && options.follows(Deviation.LOST_LIMIT);
    }

    /** Whether SHUT 0 closes the stream that is still being sent. */
    boolean endsByEarlyShut() {
        return owner.get() == GuestOwner.SOURCE && options.follows(Deviation.EARLY_SUCCESS);
    }
}
