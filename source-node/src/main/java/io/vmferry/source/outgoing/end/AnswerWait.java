package io.vmferry.source.outgoing.end;

import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.failure.AllSteps;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.failure.FailureTable.GuestOwner;
import io.vmferry.source.outgoing.channel.MainChannel;
import io.vmferry.source.outgoing.state.AttemptState;
import io.vmferry.source.outgoing.state.GuestHandover;
import io.vmferry.source.outgoing.state.Turns;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits, after an internal error of the source, for the answer of a destination that has everything
 * it needs to run the guest. The answer decides who owns the guest; no answer in time counts as a
 * failed destination.
 */
final class AnswerWait {

    private static final Logger log = LoggerFactory.getLogger(AnswerWait.class);

    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final AttemptState attempt;
    private final GuestHandover handover;
    private final Turns turns;
    private Optional<Failure> undecided = Optional.empty();

    /** Creates a wait that has not begun. */
    AnswerWait(AttemptState attempt, GuestHandover handover, Turns turns) {
        this.attempt = attempt;
        this.handover = handover;
        this.turns = turns;
    }

    /**
     * Begins to wait, and stops sending. The destination answers, or fails and closes its channels.
     *
     * @param drained runs when the transport has taken the whole stream
     */
    void begin(Failure failure, MainChannel main, Runnable drained) {
        undecided = Optional.of(failure);
        AllSteps.run(
                () -> log.warn("{}; waiting for the destination's answer", failure.text()),
                turns::stop,
                attempt::idle,
                handover::followSentPackage,
                () -> main.whenDrained(drained),
                () -> turns.after(LIMIT_NANOS, this::noAnswer));
    }

    /** Stops to wait, since the migration has ended or paused. */
    void forget() {
        undecided = Optional.empty();
    }

    /** Looks whether a message has decided who owns the guest. */
    void answered() {
        Optional<Failure> failure = undecided;
        if (failure.isPresent() && handover.owner() != GuestOwner.UNDECIDED) {
            undecided = Optional.empty();
            turns.fail(failure.get());
        }
    }

    private void noAnswer() {
        undecided.ifPresent(failure ->
                turns.fail(
                        new Failure.Silence(
                                ChannelRole.RETURN_PATH,
                                "%s; the destination has not answered within %d s"
                                        .formatted(
                                                failure.text(),
                                                TimeUnit.NANOSECONDS.toSeconds(LIMIT_NANOS)))));
    }
}
