package io.vmferry.source.outgoing;

import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.stream.Command;
import io.vmferry.protocol.stream.LivenessPing;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/**
 * Notices a destination that has gone silent although nobody has closed a connection: while the
 * guest is there it is asked by PING, and every destination answers each. QEMU has nothing like it.
 * Not in precopy, where a destination may be busy with a device for as long as it likes.
 */
final class Liveness {

    /** Asked so often within the limit, so that one slow answer does no harm. */
    private static final int QUESTIONS = 3;

    private final OutgoingSession session;
    private final OptionalInt limitSeconds;
    private final long limitNanos;

    /** Of whom something is expected; null while nobody is watched. */
    private OutgoingChannels watched;

    private boolean mayAsk;
    private long heardNanos;

    Liveness(OutgoingSession session, OptionalInt limitSeconds) {
        this.session = session;
        this.limitSeconds = limitSeconds;
        this.limitNanos = TimeUnit.SECONDS.toNanos(limitSeconds.orElse(0));
    }

    /**
     * Tells the destination at the start that the source will not be silent, so that it need not
     * wait for a first question that the network may swallow.
     */
    void announce() {
        if (limitSeconds.isPresent()) {
            ask();
        }
    }

    /** From now on a PING may stand in the stream, until {@link #streamEnds}. */
    void watch() {
        OutgoingChannels channels = session.channels();
        if (limitSeconds.isEmpty() || watched == channels || !session.hasReturnPath()) {
            return;
        }
        watched = channels;
        mayAsk = true;
        heard();
        lookAgain(channels);
    }

    /** Nothing can be asked any more; the last word of the destination is due. */
    void streamEnds() {
        mayAsk = false;
        heard();
    }

    /** Something has come back. */
    void heard() {
        heardNanos = session.nanoTime();
    }

    private void lookAgain(OutgoingChannels channels) {
        session.after(limitNanos / QUESTIONS, () -> look(channels));
    }

    private void look(OutgoingChannels channels) {
        if (watched != channels || session.channels() != channels) {
            return;
        }
        if (session.state().get() == MigrationStatus.POSTCOPY_DEVICE) {
            // loading devices may take any time
            heard();
        }
        if (session.nanoTime() - heardNanos >= limitNanos) {
            session.end(
                    new Failure.Silence(
                            ChannelRole.RETURN_PATH,
                            "The destination has been silent for %d s, although it was asked"
                                    .formatted(limitSeconds.getAsInt())));
            return;
        }
        if (mayAsk) {
            ask();
        }
        lookAgain(channels);
    }

    private void ask() {
        session.channel().command(new Command.Ping(LivenessPing.value(limitSeconds.getAsInt())));
    }
}
