package io.vmferry.source.outgoing.channel;

import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.source.outgoing.state.FailureRules;
import io.vmferry.source.outgoing.state.GuestHandover;
import io.vmferry.source.outgoing.state.MigrationError;
import io.vmferry.source.outgoing.state.Turns;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What has gone wrong with the channels of a migration: reported at once, after a while in which a
 * better reason may come, or kept for as long as the migration outlives it.
 */
public final class ChannelFailures {

    /** How long a return path may keep its destination's reason for ending the main channel. */
    private static final long REASON_GRACE_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** The same when all was sent, and the destination most likely runs the guest. */
    private static final long SHUT_GRACE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final FailureRules rules;
    private final GuestHandover handover;
    private final MigrationError error;
    private final Turns turns;
    private Optional<Failure> badAnswer = Optional.empty();
    private Optional<Failure> uselessMain = Optional.empty();
    private boolean over;

    public ChannelFailures(
            FailureRules rules, GuestHandover handover, MigrationError error, Turns turns) {
        this.rules = rules;
        this.handover = handover;
        this.error = error;
        this.turns = turns;
    }

    // ---- what has happened

    /** Something that nothing can outlive. */
    void now(Failure failure) {
        turns.fail(failure);
    }

    /**
     * A channel is gone although all was sent: most likely the destination has ended, and its last
     * word is on the way. It is waited for, but not for ever.
     */
    void unlessShut(Failure failure) {
        turns.after(SHUT_GRACE_NANOS, () -> late(failure));
    }

    /** The same while the destination may have a reason to tell. */
    void unlessExplained(Failure failure) {
        turns.after(REASON_GRACE_NANOS, () -> late(failure));
    }

    private void late(Failure failure) {
        // not when others have taken the place of these channels in the meantime
        if (!over) {
            turns.fail(failure);
        }
    }

    /** In QEMU a thread of its own reads answers, and only that thread ends over a bad one. */
    void badAnswer(Failure failure) {
        answersEnd(failure, rules.outlivesBadAnswer());
    }

    /** The connection on which answers come has broken. */
    void answersBroke(Failure failure) {
        answersEnd(failure, rules.outlivesBreak());
    }

    private void answersEnd(Failure failure, boolean goesOn) {
        if (!goesOn) {
            turns.fail(failure);
        } else if (badAnswer.isEmpty()) {
            badAnswer = Optional.of(failure);
            error.record(failure.text());
            turns.now();
        }
    }

    /**
     * Keeps a break of the main channel for later, if nothing is written or read now.
     *
     * @return whether that is so
     */
    boolean keepsBreak(Failure failure) {
        if (rules.outlivesBreak()) {
            uselessMain = Optional.of(failure);
            return true;
        }
        return false;
    }

    /** The main channel is of no use any more, which is noticed when it is used next. */
    void mainIsUseless(Failure failure) {
        if (rules.outlivesUselessMain()) {
            uselessMain = Optional.of(failure);
            turns.now();
        } else {
            turns.fail(failure);
        }
    }

    /** The channels are closed. */
    void end() {
        over = true;
    }

    // ---- what the migration notices

    /** Whether no answer is read any more although the migration goes on. */
    boolean answersRefused() {
        return badAnswer.isPresent();
    }

    /** Why the main channel is of no use; empty while it works. */
    public Optional<Failure> ofMain() {
        return uselessMain;
    }

    /** What the migration has outlived so far. */
    public Optional<Failure> outlived() {
        return badAnswer.or(() -> uselessMain);
    }

    /**
     * Why a message will not come: behind SHUT a destination says nothing more, and behind a bad
     * answer nothing is read.
     */
    public Optional<Failure> missing(String message) {
        if (badAnswer.isPresent() && rules.outlivesBadAnswer()) {
            return Optional.empty();
        }
        Optional<Failure> found = outlived();
        if (found.isPresent() || !handover.shut()) {
            return found;
        }
        return Optional.of(
                Failure.Wire.sequence(
                        ChannelRole.RETURN_PATH,
                        "expected %s, but the destination has ended (SHUT 0)".formatted(message)));
    }
}
