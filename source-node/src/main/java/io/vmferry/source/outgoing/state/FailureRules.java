package io.vmferry.source.outgoing.state;

import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.protocol.failure.Consequence;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.failure.FailureTable;
import io.vmferry.protocol.failure.FailureTable.GuestOwner;
import io.vmferry.protocol.profile.Deviation;
import io.vmferry.protocol.profile.Trait;
import io.vmferry.protocol.status.MigrationState;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.Side;

/** The consequences of failures for a source, with the deviations of QEMU that it follows. */
public record FailureRules(
        AttemptState attempt,
        GuestHandover handover,
        MigrationOptions options,
        MigrationState state) {

    /** Who owns the guest, as far as the messages of the migration have decided it. */
    public GuestOwner owner() {
        return attempt.halted() ? GuestOwner.SETTLED : handover.owner();
    }

    /** The consequence of a failure. */
    public Consequence consequence(Failure failure) {
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
                    failure instanceof Failure.ConnectionFailure
                            || failure instanceof Failure.PauseCommand;
            return waits ? Consequence.KEEP_RUNNING : Consequence.FAIL_AND_KEEP;
        }
        return FailureTable.of(Side.SOURCE).consequence(owner(), failure.kind());
    }

    private boolean startsSecondGuest(Failure failure) {
        boolean badAnswer =
                failure instanceof Failure.Wire || failure instanceof Failure.PeerReport;
        boolean brokenEnd = failure instanceof Failure.ConnectionFailure && hasSentPostcopy();
        return (badAnswer || brokenEnd) && inPostcopy() && options.follows(Deviation.SECOND_GUEST);
    }

    private boolean inPostcopy() {
        return owner() == GuestOwner.DESTINATION && state.get() == MigrationStatus.POSTCOPY_ACTIVE;
    }

    /** Whether the end of a postcopy was sent, so that only SHUT is missing. */
    private boolean hasSentPostcopy() {
        return inPostcopy() && handover.isStreamEnded();
    }

    /** Whether the migration goes on after a bad message, until it needs an answer. */
    public boolean outlivesBadAnswer() {
        if (!options.profile().has(Trait.RETURN_PATH_ERROR_LATE)) {
            return outlivesBreak();
        }
        return switch (owner()) {
            case SOURCE -> !attempt.handsOver();
            case DESTINATION -> inPostcopy() && !hasSentPostcopy();
            case UNDECIDED ->
                    state.get() == MigrationStatus.POSTCOPY_DEVICE
                            && options.follows(Deviation.FAILED_PACKAGE);
            case DESTINATION_COMPLETE, SETTLED -> false;
        };
    }

    /** Whether a precopy goes on without a return path, which is missed only at its end. */
    public boolean outlivesLostAnswers() {
        return options.profile().has(Trait.RETURN_PATH_ERROR_LATE)
                && !attempt.halted()
                && !handover.packageSent()
                && !handover.isDrained();
    }

    /** Whether a precopy goes on to its end after a bad message, too, unless it is paused. */
    public boolean missesBadAnswerLate() {
        return outlivesLostAnswers() && !outlivesBreak() && options.follows(Deviation.BAD_ANSWER);
    }

    /** Whether nothing is written or read now, so that a broken connection is noticed later. */
    public boolean outlivesBreak() {
        return state.get() == MigrationStatus.PRE_SWITCHOVER && !attempt.halted();
    }

    /** The same for a main channel that cannot be used: it is noticed at its next use. */
    public boolean outlivesUselessMain() {
        return outlivesBreak() || attempt.precopying();
    }

    /** Whether a page request in precopy removes the rate limit, as in some versions. */
    public boolean losesLimit() {
        return owner() == GuestOwner.SOURCE && options.follows(Deviation.LOST_LIMIT);
    }

    /** Whether SHUT 0 closes the stream that is still being sent. */
    public boolean endsByEarlyShut() {
        return owner() == GuestOwner.SOURCE && options.follows(Deviation.EARLY_SUCCESS);
    }
}
