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
 * Notices a source that has gone silent although nobody has closed a connection. Only a source of
 * ours that was asked for it says something again and again, and tells so by {@link LivenessPing};
 * any other may be silent for as long as it likes.
 */
public final class SourceLiveness {

    /** Looked at so often within the limit. */
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
     * PING: the source may say by it that another one will follow in time.
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

    /** Something has come on the main channel. */
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
                            "The source has been silent for %d s, although it had promised to say something"
                                    .formatted(limitSeconds.getAsInt())));
        }
        lookAgain();
    }
}
