package io.vmferry.dest.incoming;

import io.netty.buffer.ByteBuf;
import io.vmferry.dest.incoming.ram.PageInput;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.link.LinkListener;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.stream.Cumulation;
import io.vmferry.protocol.stream.StreamException;
import java.io.IOException;
import java.util.Optional;

/**
 * The preempt channel: records of pages that were asked for, with no section around them. Nothing
 * is read before POSTCOPY_LISTEN, since a page must not be placed before it is known to be missing.
 */
final class PreemptInput implements LinkListener {

    private final IncomingMigration migration;
    private final Link link;
    private final Cumulation input = new Cumulation();
    private Optional<PageInput> pages = Optional.empty();
    private boolean feeding;
    private boolean ended;

    PreemptInput(IncomingMigration migration, Link link) {
        this.migration = migration;
        this.link = link;
        link.reading(false);
    }

    /** Whether the source has said that nothing more comes. */
    boolean ended() {
        return ended;
    }

    void listen() {
        pages = Optional.of(migration.postcopy().preemptPages());
        run(() -> input.again(this::read));
        link.reading(true);
    }

    @Override
    public void received(ByteBuf bytes) {
        run(() -> input.feed(bytes, this::read));
    }

    private void read(ByteBuf in) throws StreamException {
        if (pages.isPresent() && !ended) {
            // true at EOS, with which older sources end the channel
            ended = pages.get().read(in);
            if (ended) {
                migration.postcopy().preemptEnded();
            }
        }
        if (ended) {
            // as behind the end of the main channel
            in.skipBytes(in.readableBytes());
        }
    }

    @Override
    public void closed(Optional<IOException> cause) {
        if (!ended) {
            migration.end(
                    new Failure.Transport(
                            ChannelRole.PREEMPT,
                            migration.figures().streamBytes(),
                            "Preempt channel broke: "
                                    + cause.map(IOException::getMessage)
                                            .orElse("closed by the source"),
                            cause));
        }
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
        if (migration.halted()) {
            return;
        }
        feeding = true;
        try {
            reading.run();
        } catch (StreamException e) {
            migration.end(Failure.Wire.of(ChannelRole.PREEMPT, e));
        } finally {
            feeding = false;
            if (migration.halted()) {
                input.release();
            }
        }
    }
}
