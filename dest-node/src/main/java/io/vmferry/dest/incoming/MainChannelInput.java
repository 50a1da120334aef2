package io.vmferry.dest.incoming;

import io.netty.buffer.ByteBuf;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.link.LinkListener;
import io.vmferry.protocol.stream.Cumulation;
import io.vmferry.protocol.stream.StreamException;
import io.vmferry.protocol.stream.StreamReader;
import java.io.IOException;
import java.util.Optional;

/**
 * Feeds what the main channel brings to the stream reader, and holds it back while something has to
 * be waited for.
 */
final class MainChannelInput implements LinkListener {

    private final IncomingMigration migration;
    private final Link link;
    private final StreamReader reader;
    private final Cumulation input = new Cumulation();
    private Optional<Optional<IOException>> closed = Optional.empty();
    private boolean feeding;

    MainChannelInput(IncomingMigration migration, Link link, IncomingStream stream) {
        this.migration = migration;
        this.link = link;
        this.reader = StreamReader.migration(stream, stream.rules());
    }

    Link link() {
        return link;
    }

    /** Bytes of the stream consumed so far. */
    long offset() {
        return reader.offset();
    }

    @Override
    public void received(ByteBuf bytes) {
        run(() -> input.feed(bytes, reader::read));
    }

    /** Stops reading the stream where it is; a callback of the reader may do that. */
    void pause() {
        reader.pause();
        link.reading(false);
    }

    /** Goes on after {@link #pause()}. */
    void resume() {
        reader.resume();
        run(() -> input.again(reader::read));
        if (!reader.paused() && !migration.ended()) {
            link.reading(true);
            closed.ifPresent(this::endOfInput);
        }
    }

    @Override
    public void writable() {
        migration.returnPathWritable();
    }

    @Override
    public void closed(Optional<IOException> cause) {
        closed = Optional.of(cause);
        // a source whose main channel broke will bring no return path any more
        if (!reader.paused() || migration.waitsForReturnPath()) {
            endOfInput(cause);
        }
    }

    private void endOfInput(Optional<IOException> cause) {
        run(() -> {
            try {
                reader.endOfInput();
                migration.streamEnded();
            } catch (StreamException e) {
                migration.fail(
                        "Main channel: "
                                + e.getMessage()
                                + cause.map(c -> " (" + c.getMessage() + ")").orElse(""));
            }
        });
    }

    /** Ends the channel once what was written has been sent, and forgets what was not read. */
    void close() {
        link.close();
        if (!feeding) {
            input.release();
        }
    }

    private interface Reading {
        void run() throws StreamException;
    }

    private void run(Reading reading) {
        if (migration.ended() || feeding) {
            return;
        }
        feeding = true;
        try {
            reading.run();
            if (reader.ended()) {
                migration.streamEnded();
            }
        } catch (StreamException e) {
            migration.fail("Main channel: " + e.getMessage());
        } finally {
            feeding = false;
            if (migration.ended()) {
                input.release();
            }
        }
    }
}
