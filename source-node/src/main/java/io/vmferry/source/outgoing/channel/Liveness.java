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
 * Detects a destination that is silent on open connections: during postcopy it gets PINGs, and
 * every destination answers each. QEMU has nothing like it. Not used in precopy, where a device may
 * keep the destination busy for any time.
 */
public final class Liveness {

    /** PINGs within the limit, so that one slow PONG does no harm. */
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

    /** Sends a first PING, by which the destination knows the limit. */
    public void announce() {
        if (limitSeconds.isPresent()) {
            ask();
        }
    }

    /** Starts to send PINGs, until {@link #streamEnds}. */
    public void watch() {
        if (limitSeconds.isEmpty() || watching || !answered) {
            return;
        }
        watching = true;
        mayAsk = true;
        heard();
        lookAgain();
    }

    /** Stops sending PINGs, since the stream ends; SHUT is due within the limit. */
    public void streamEnds() {
        mayAsk = false;
        heard();
    }

    /** The channels are closed. */
    void end() {
        over = true;
    }

    /** Notes that something was received. */
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
