package io.vmferry.source.outgoing.channel;

import io.vmferry.machine.link.EngineLoop;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.status.MigrationState;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.stream.Command;
import io.vmferry.protocol.stream.LivenessPing;
import io.vmferry.source.outgoing.state.Turns;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/**
 * Notices a destination that has gone silent although nobody has closed a connection: while the
 * guest is there it is asked by PING, and every destination answers each. QEMU has nothing like it.
 * Not in precopy, where a destination may be busy with a device for as long as it likes.
 */
public final class Liveness {

    /** Asked so often within the limit, so that one slow answer does no harm. */
    private static final int QUESTIONS = 3;

    private final OptionalInt limitSeconds;
    private final long limitNanos;
    private final boolean answered;
    private final MainChannel main;
    private final MigrationState state;
    private final EngineLoop loop;
    private final Turns turns;

    private boolean watching;
    private boolean mayAsk;
    private boolean over;
    private long heardNanos;

    /**
     * @param limitSeconds how long a destination may be silent; for ever if empty
     * @param answered whether it answers at all
     */
    Liveness(
            OptionalInt limitSeconds,
            boolean answered,
            MainChannel main,
            MigrationState state,
            EngineLoop loop,
            Turns turns) {
        this.limitSeconds = limitSeconds;
        this.limitNanos = TimeUnit.SECONDS.toNanos(limitSeconds.orElse(0));
        this.answered = answered;
        this.main = main;
        this.state = state;
        this.loop = loop;
        this.turns = turns;
    }

    /**
     * Tells the destination at the start that the source will not be silent, so that it need not
     * wait for a first question that the network may swallow.
     */
    public void announce() {
        if (limitSeconds.isPresent()) {
            ask();
        }
    }

    /** From now on a PING may stand in the stream, until {@link #streamEnds}. */
    public void watch() {
        if (limitSeconds.isEmpty() || watching || !answered) {
            return;
        }
        watching = true;
        mayAsk = true;
        heard();
        lookAgain();
    }

    /** Nothing can be asked any more; the last word of the destination is due. */
    public void streamEnds() {
        mayAsk = false;
        heard();
    }

    /** The channels are closed. */
    void end() {
        over = true;
    }

    /** Something has come back. */
    void heard() {
        heardNanos = loop.nanoTime();
    }

    private void lookAgain() {
        turns.after(limitNanos / QUESTIONS, this::look);
    }

    private void look() {
        if (over) {
            return;
        }
        if (state.get() == MigrationStatus.POSTCOPY_DEVICE) {
            // loading devices may take any time
            heard();
        }
        if (loop.nanoTime() - heardNanos >= limitNanos) {
            turns.fail(
                    new Failure.Silence(
                            ChannelRole.RETURN_PATH,
                            "The destination has been silent for %d s, although it was asked"
                                    .formatted(limitSeconds.getAsInt())));
            return;
        }
        if (mayAsk) {
            ask();
        }
        lookAgain();
    }

    private void ask() {
        main.command(new Command.Ping(LivenessPing.value(limitSeconds.getAsInt())));
    }
}
