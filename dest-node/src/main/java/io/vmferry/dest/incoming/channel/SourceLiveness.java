package io.vmferry.dest.incoming.channel;

import io.vmferry.dest.incoming.state.IncomingState;
import io.vmferry.machine.link.EngineLoop;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.stream.LivenessPing;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Detects a source that is silent on open connections. Only a vmferry source with a liveness limit
 * sends regularly, and announces it by {@link LivenessPing}; any other may be silent for any time.
 */
public final class SourceLiveness {

    /** Checks within the limit. */
    private static final int LOOKS = 4;

    private final IncomingState state;
    private final IncomingChannels channels;
    private final EngineLoop loop;
    private Consumer<Failure> silent = failure -> {};
    private OptionalInt limitSeconds = OptionalInt.empty();
    private long heardNanos;

    /** A source that has promised nothing yet. */
    public SourceLiveness(IncomingState state, IncomingChannels channels, EngineLoop loop) {
        this.state = state;
        this.channels = channels;
        this.loop = loop;
    }

    /**
     * PING, by which a source may announce that it sends regularly.
     *
     * @param whenSilent gets the failure each time when it has not
     */
    public void pinged(int value, Consumer<Failure> whenSilent) {
        OptionalInt limit = LivenessPing.limitSeconds(value);
        if (limit.isPresent() && limitSeconds.isEmpty()) {
            limitSeconds = limit;
            silent = whenSilent;
            lookAgain();
        }
    }

    /** Notes that something was received on the main channel. */
    public void heard() {
        heardNanos = loop.nanoTime();
    }

    private void lookAgain() {
        loop.schedule(limitNanos() / LOOKS, this::look);
    }

    private long limitNanos() {
        return TimeUnit.SECONDS.toNanos(limitSeconds.orElseThrow());
    }

    private void look() {
        if (state.halted() && !state.paused()) {
            return;
        }
        boolean listens = state.postcopy().running() && channels.readsMain();
        if (!listens) {
            heard();
        } else if (loop.nanoTime() - heardNanos >= limitNanos()) {
            silent.accept(
                    new Failure.Silence(
                            ChannelRole.MAIN,
                            "The source has been silent for %d s, although it announced regular PINGs"
                                    .formatted(limitSeconds.getAsInt())));
        }
        lookAgain();
    }
}
