package io.vmferry.dest.incoming.stream;

import io.netty.buffer.ByteBuf;
import io.vmferry.dest.incoming.ram.PageInput;
import io.vmferry.dest.incoming.state.IncomingState;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.link.LinkListener;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.status.Side;
import io.vmferry.protocol.stream.Cumulation;
import io.vmferry.protocol.stream.StreamException;
import io.vmferry.protocol.stream.StreamReading;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The input of the preempt channel: records of requested pages, with no section around them.
 * Nothing is read before POSTCOPY_LISTEN, since a page must not be placed before it is known to be
 * missing.
 */
public final class PreemptInput implements LinkListener {

    private final Link link;
    private final IncomingState state;
    private final LongSupplier streamBytes;
    private final Runnable whenEnded;
    private final Consumer<Failure> failed;
    private final Cumulation input = new Cumulation();
    private Optional<PageInput> pages = Optional.empty();
    private long offset;
    private boolean feeding;
    private boolean ended;

    /**
     * @param streamBytes what has been read of the main channel
     * @param whenEnded runs when the source has said that nothing more comes
     */
    public PreemptInput(
            Link link,
            IncomingState state,
            LongSupplier streamBytes,
            Runnable whenEnded,
            Consumer<Failure> failed) {
        this.link = link;
        this.state = state;
        this.streamBytes = streamBytes;
        this.whenEnded = whenEnded;
        this.failed = failed;
        link.reading(false);
    }

    /** Whether the end mark of the source was read. */
    public boolean ended() {
        return ended;
    }

    /** Bytes consumed so far. */
    long offset() {
        return offset;
    }

    /** Reads pages from now on. */
    public void listen(PageInput into) {
        pages = Optional.of(into);
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
            ended = placed(pages.get(), in);
            if (ended) {
                whenEnded.run();
            }
        }
        if (ended) {
            // as after the end of the main channel
            in.skipBytes(in.readableBytes());
        }
    }

    /** Reads pages; a refusal has the offset of its record in this channel. */
    private boolean placed(PageInput reader, ByteBuf in) throws StreamException {
        int start = in.readerIndex();
        try {
            return reader.read(in);
        } catch (StreamException refused) {
            throw refused.onPreempt(offset + in.readerIndex() - start);
        } finally {
            offset += in.readerIndex() - start;
        }
    }

    @Override
    public void closed(Optional<IOException> cause) {
        if (!ended) {
            failed.accept(
                    Failure.ConnectionFailure.broken(
                            ChannelRole.PREEMPT,
                            streamBytes.getAsLong(),
                            "Preempt channel broke",
                            Side.SOURCE,
                            cause));
        }
    }

    /** Forgets what was not read: the channel has ended. */
    void forget() {
        if (!feeding) {
            input.release();
        }
    }

    private void run(StreamReading reading) {
        if (state.halted()) {
            return;
        }
        feeding = true;
        try {
            reading.run();
        } catch (StreamException e) {
            failed.accept(Failure.Wire.of(ChannelRole.PREEMPT, e));
        } finally {
            feeding = false;
            if (state.halted()) {
                input.release();
            }
        }
    }
}
