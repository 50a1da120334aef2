package io.vmferry.source.outgoing;

import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.failure.AllSteps;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.failure.GuestOwner;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The wait of a source with a bug for the answer of a destination that has been sent all that it
 * needs to run the guest. The answer decides whose the guest is; a silent destination is one that
 * has failed in silence.
 */
final class AnswerWait {

    private static final Logger log = LoggerFactory.getLogger(AnswerWait.class);

    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final OutgoingSession session;
    private final GuestHandover handover;
    private final Runnable drained;
    private final Consumer<Failure> end;
    private Optional<Failure> undecided = Optional.empty();

    /**
     * A wait that has not begun.
     *
     * @param drained runs when the transport has taken the whole stream
     * @param end gets what is to end the migration once the owner of the guest is known
     */
    AnswerWait(
            OutgoingSession session,
            GuestHandover handover,
            Runnable drained,
            Consumer<Failure> end) {
        this.session = session;
        this.handover = handover;
        this.drained = drained;
        this.end = end;
    }

    /** Nothing more is sent. The destination answers soon, or fails and ends its channels. */
    void begin(Failure failure) {
        undecided = Optional.of(failure);
        AllSteps.run(
                () -> log.warn("{}; waiting for the destination's answer", failure.text()),
                session.driver()::idle,
                session.postcopy()::followSentPackage,
                () -> session.channel().link().whenDrained(drained),
                () -> session.after(LIMIT_NANOS, this::noAnswer));
    }

    /** The migration has ended or paused. */
    void forget() {
        undecided = Optional.empty();
    }

    /** The destination has said something that may decide who has the guest. */
    void answered() {
        Optional<Failure> failure = undecided;
        if (failure.isPresent() && handover.owner() != GuestOwner.UNDECIDED) {
            undecided = Optional.empty();
            end.accept(failure.get());
        }
    }

    private void noAnswer() {
        undecided.ifPresent(failure ->
                end.accept(
                        new Failure.Silence(
                                ChannelRole.RETURN_PATH,
                                "%s; the destination has not answered within %d s"
                                        .formatted(
                                                failure.text(),
                                                TimeUnit.NANOSECONDS.toSeconds(LIMIT_NANOS)))));
    }
}
