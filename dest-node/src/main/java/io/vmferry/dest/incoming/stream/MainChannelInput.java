package io.vmferry.dest.incoming.stream;

import io.netty.buffer.ByteBuf;
import io.vmferry.dest.incoming.channel.IncomingChannels;
import io.vmferry.dest.incoming.channel.SourceLiveness;
import io.vmferry.dest.incoming.channel.StreamHolds;
import io.vmferry.dest.incoming.state.IncomingState;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.link.LinkListener;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.stream.Cumulation;
import io.vmferry.protocol.stream.StreamException;
import io.vmferry.protocol.stream.StreamReader;
import io.vmferry.protocol.stream.StreamReading;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/** Feeds the bytes of the main channel to the stream reader, and stops while the stream is held. */
public final class MainChannelInput implements LinkListener {

    private final Link link;
    private final StreamReader reader;
    private final StreamHolds holds;
    private final IncomingState state;
    private final IncomingChannels channels;
    private final SourceLiveness liveness;
    private final Runnable ended;
    private final Consumer<Failure> failed;
    private final Cumulation input = new Cumulation();
    private Optional<Optional<IOException>> closed = Optional.empty();
    private boolean feeding;
    private boolean over;
    private Optional<Runnable> whenRead = Optional.empty();

    /**
     * @param reader of the stream, whose listener is held by {@code holds}
     * @param ended runs when the stream is at its end, with or without a description
     */
    public MainChannelInput(
            Link link,
            StreamReader reader,
            StreamHolds holds,
            IncomingState state,
            IncomingChannels channels,
            SourceLiveness liveness,
            Runnable ended,
            Consumer<Failure> failed) {
        this.link = link;
        this.reader = reader;
        this.holds = holds;
        this.state = state;
        this.channels = channels;
        this.liveness = liveness;
        this.ended = ended;
        this.failed = failed;
    }

    Link link() {
        return link;
    }

    /** Bytes of the stream consumed so far. */
    public long offset() {
        return reader.offset();
    }

    /** From POSTCOPY_LISTEN on the stream ends at EOF. */
    public void enterPostcopy() {
        reader.enterPostcopy();
    }

    /**
     * Runs an action once the received bytes have been read: at once when nothing is being read.
     */
    public void whenRead(Runnable action) {
        if (feeding) {
            whenRead = Optional.of(action);
        } else {
            action.run();
        }
    }

    @Override
    public void received(ByteBuf bytes) {
        liveness.heard();
        run(() -> input.feed(bytes, reader::read));
    }

    private void goOn() {
        run(() -> input.again(reader::read));
        if (!over && !holds.held() && !state.halted()) {
            link.reading(true);
            closed.ifPresent(this::endOfInput);
        }
    }

    @Override
    public void writable() {
        channels.returnPathWritable();
    }

    @Override
    public void closed(Optional<IOException> cause) {
        closed = Optional.of(cause);
        channels.mainClosed();
        // a source whose main channel broke will not connect another one
        if (!holds.held() || channels.waitForAnother()) {
            endOfInput(cause);
        } else {
            holds.whenFree(this::goOn);
        }
    }

    private void endOfInput(Optional<IOException> cause) {
        run(() -> {
            try {
                reader.endOfInput();
                ended.run();
            } catch (StreamException e) {
                failed.accept(broken(e, cause));
            }
        });
    }

    /** A stream that ends too early; when its connection broke, that is the failure. */
    private static Failure broken(StreamException truncated, Optional<IOException> cause) {
        Failure.Wire refused = Failure.Wire.of(ChannelRole.MAIN, truncated);
        return new Failure.ConnectionFailure(
                ChannelRole.MAIN,
                truncated.offset(),
                refused.text() + cause.map(c -> " (" + c.getMessage() + ")").orElse(""),
                cause);
    }

    /** Drops what was not read: the channel has ended. Holds on it end without effect. */
    void forget() {
        over = true;
        if (!feeding) {
            input.release();
        }
    }

    private void run(StreamReading reading) {
        if (over || state.halted() || feeding) {
            return;
        }
        feeding = true;
        try {
            reading.run();
            if (reader.ended()) {
                ended.run();
            }
        } catch (StreamException e) {
            failed.accept(Failure.Wire.of(ChannelRole.MAIN, e));
        } finally {
            feeding = false;
            if (state.halted()) {
                input.release();
            } else if (holds.held()) {
                link.reading(false);
                holds.whenFree(this::goOn);
            }
        }
        Optional<Runnable> next = whenRead;
        whenRead = Optional.empty();
        next.ifPresent(Runnable::run);
    }
}
