package io.vmferry.source.outgoing.channel;

import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.source.outgoing.state.FailureRules;
import io.vmferry.source.outgoing.state.GuestHandover;
import io.vmferry.source.outgoing.state.MigrationError;
import io.vmferry.source.outgoing.state.Turns;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The failures of channels: reported at once, after a grace time, or kept meanwhile. */
public final class ChannelFailures {

    /** Grace time for the reason on the return path after the main channel has ended. */
    private static final long REASON_GRACE_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** The same when everything was sent, and the destination most likely runs the guest. */
    private static final long SHUT_GRACE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final FailureRules rules;
    private final GuestHandover handover;
    private final MigrationError error;
    private final Turns turns;
    private Optional<Failure> badAnswer = Optional.empty();
    private Optional<Failure> uselessMain = Optional.empty();
    private boolean answersLost;
    private boolean over;

    public ChannelFailures(
            FailureRules rules, GuestHandover handover, MigrationError error, Turns turns) {
        this.rules = rules;
        this.handover = handover;
        this.error = error;
        this.turns = turns;
    }

    // ---- what has happened

    /** Reports a failure at once. */
    void now(Failure failure) {
        turns.fail(failure);
    }

    /** Reports a broken channel unless SHUT arrives in time, since everything was sent. */
    void unlessShut(Failure failure) {
        turns.after(SHUT_GRACE_NANOS, () -> late(failure));
    }

    /** Reports a broken channel unless the destination sends its reason in time. */
    void unlessExplained(Failure failure) {
        turns.after(REASON_GRACE_NANOS, () -> late(failure));
    }

    private void late(Failure failure) {
        // not when new channels have replaced these
        if (!over) {
            turns.fail(failure);
        }
    }

    /** Reports a bad message, with which only the reading thread ends in some QEMUs. */
    void badAnswer(Failure failure) {
        boolean goesOn = rules.outlivesBadAnswer();
        answersEnd(failure, goesOn, goesOn && rules.missesBadAnswerLate());
    }

    /**
     * Reports that the connection of the return path broke.
     *
     * @param alone whether the main channel may still work
     */
    void answersBroke(Failure failure, boolean alone) {
        boolean missedLater = alone && rules.outlivesLostAnswers();
        answersEnd(failure, missedLater || rules.outlivesBreak(), missedLater);
    }

    /**
     * @param missedLater whether a precopy goes on to its end without any more answers
     */
    private void answersEnd(Failure failure, boolean goesOn, boolean missedLater) {
        if (!goesOn) {
            answersLost = false;
            turns.fail(failure);
        } else if (badAnswer.isEmpty()) {
            badAnswer = Optional.of(failure);
            answersLost = missedLater;
            error.record(failure.text());
            turns.now();
        }
    }

    /**
     * Keeps the break of the main channel for later if nothing is written or read now.
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

    /** Reports that the main channel cannot be used, which is noticed at its next use. */
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

    /** Whether the return path is not read any more although the migration goes on. */
    boolean answersRefused() {
        return badAnswer.isPresent();
    }

    /** Why the main channel cannot be used; empty while it works. */
    public Optional<Failure> ofMain() {
        return uselessMain;
    }

    /** The failure that is kept, if there is one. */
    public Optional<Failure> outlived() {
        return badAnswer.or(() -> uselessMain);
    }

    /** The failure that is kept, but for a return path that is lost: a precopy ends without it. */
    public Optional<Failure> outlivedByPrecopy() {
        return answersLost ? uselessMain : outlived();
    }

    /**
     * Why a message will not come: nothing follows SHUT, and nothing is read after a bad message.
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
