package io.vmferry.dest.incoming;

import io.netty.buffer.ByteBuf;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.link.LinkListener;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.stream.Cumulation;
import io.vmferry.protocol.stream.StreamException;
import io.vmferry.protocol.stream.StreamReader;
import java.io.IOException;
import java.util.Optional;

/**
 * Feeds what the main channel brings to the stream reader, and holds it back while something has to
 * be waited for.
 */
final class MainChannelInput extends StreamInput implements LinkListener {

    private final IncomingMigration migration;
    private final Link link;
    private final StreamReader reader;
    private final Cumulation input = new Cumulation();
    private Optional<Optional<IOException>> closed = Optional.empty();
    private boolean feeding;
    private boolean goOnLater;
    private Optional<Runnable> whenRead = Optional.empty();

    /**
     * @param recovers whether the channel goes on where another one broke, without header and
     *     configuration
     */
    MainChannelInput(IncomingMigration migration, Link link, IncomingLoad load, boolean recovers) {
        this.migration = migration;
        this.link = link;
        IncomingStream stream = new IncomingStream(migration, this, load);
        this.reader =
                recovers
                        ? StreamReader.recovery(stream, load.rules())
                        : StreamReader.migration(stream, load.rules());
    }

    Link link() {
        return link;
    }

    /** Whether the source has closed the channel, or it has broken. */
    boolean hasClosed() {
        return closed.isPresent();
    }

    /** Bytes of the stream consumed so far. */
    long offset() {
        return reader.offset();
    }

    /** From POSTCOPY_LISTEN on the stream ends at EOF. */
    void enterPostcopy() {
        reader.enterPostcopy();
    }

    /** Runs something once what is here has been read: at once when nothing is being read. */
    void whenRead(Runnable action) {
        if (feeding) {
            whenRead = Optional.of(action);
        } else {
            action.run();
        }
    }

    @Override
    public void received(ByteBuf bytes) {
        migration.liveness().heard();
        run(() -> input.feed(bytes, reader::read));
    }

    @Override
    void stopReading() {
        reader.pause();
        link.reading(false);
    }

    @Override
    void goOn() {
        reader.resume();
        if (feeding) {
            // a callback of this reader has ended its own hold: the reader just goes on
            goOnLater = true;
            return;
        }
        run(() -> input.again(reader::read));
        if (!reader.paused() && !migration.halted()) {
            link.reading(true);
            closed.ifPresent(this::endOfInput);
        }
    }

    @Override
    public void writable() {
        migration.channels().returnPathWritable();
    }

    @Override
    public void closed(Optional<IOException> cause) {
        closed = Optional.of(cause);
        // whoever waits until the source takes more answers waits in vain
        migration.channels().returnPathWritable();
        // a source whose main channel broke will bring no other one any more
        if (!reader.paused() || migration.channels().waitForAnother()) {
            endOfInput(cause);
        }
    }

    private void endOfInput(Optional<IOException> cause) {
        run(() -> {
            try {
                reader.endOfInput();
                migration.streamEnded();
            } catch (StreamException e) {
                migration.end(broken(e, cause));
            }
        });
    }

    /** A stream that ends too early; when its connection broke, that is the failure. */
    private static Failure broken(StreamException truncated, Optional<IOException> cause) {
        Failure.Wire refused = Failure.Wire.of(ChannelRole.MAIN, truncated);
        return new Failure.Transport(
                ChannelRole.MAIN,
                truncated.offset(),
                refused.text() + cause.map(c -> " (" + c.getMessage() + ")").orElse(""),
                cause);
    }

    /** Forgets what was not read: the channel has ended. */
    void forget() {
        if (!feeding) {
            input.release();
        }
    }

    private interface Reading {
        void run() throws StreamException;
    }

    private void run(Reading reading) {
        if (migration.halted() || feeding) {
            return;
        }
        feeding = true;
        try {
            reading.run();
            if (reader.ended()) {
                migration.streamEnded();
            }
        } catch (StreamException e) {
            migration.end(Failure.Wire.of(ChannelRole.MAIN, e));
        } finally {
            feeding = false;
            if (migration.halted()) {
                input.release();
            } else if (goOnLater) {
                goOnLater = false;
                link.reading(true);
            }
        }
        Optional<Runnable> next = whenRead;
        whenRead = Optional.empty();
        next.ifPresent(Runnable::run);
    }
}
