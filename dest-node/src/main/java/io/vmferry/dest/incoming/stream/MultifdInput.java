package io.vmferry.dest.incoming.stream;

import io.netty.buffer.ByteBuf;
import io.vmferry.dest.incoming.channel.MultifdSync;
import io.vmferry.dest.incoming.ram.MultifdPages;
import io.vmferry.dest.incoming.state.IncomingState;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.link.LinkListener;
import io.vmferry.machine.text.Figures;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.multifd.InitialPacket;
import io.vmferry.protocol.multifd.PacketReader;
import io.vmferry.protocol.multifd.PacketSink;
import io.vmferry.protocol.multifd.Unpacking;
import io.vmferry.protocol.status.Side;
import io.vmferry.protocol.stream.Cumulation;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;
import io.vmferry.protocol.stream.StreamReading;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * The input of one multifd channel: packets of pages, up to a synchronisation, at which it waits
 * for the main stream.
 */
public final class MultifdInput implements LinkListener, PacketSink {

    private final int channel;
    private final Link link;
    private final IncomingState state;
    private final MultifdPages pages;
    private final MultifdSync sync;
    private final PacketReader reader;
    private final PayloadMemory memory;
    private final LongSupplier streamBytes;
    private final Consumer<Failure> failed;
    private final Cumulation input = new Cumulation();
    private Optional<Optional<IOException>> closed = Optional.empty();
    private long offset = InitialPacket.WIRE_BYTES;
    private boolean held;
    private boolean waitsForMemory;
    private boolean feeding;
    private boolean over;

    /**
     * @param reader makes what reads the packets, and reads on when a payload has been unpacked
     * @param streamBytes what has been read of the main channel
     */
    public MultifdInput(
            int channel,
            Link link,
            IncomingState state,
            MultifdPages pages,
            MultifdSync sync,
            PacketReading reader,
            LongSupplier streamBytes,
            Consumer<Failure> failed) {
        this.channel = channel;
        this.link = link;
        this.state = state;
        this.pages = pages;
        this.sync = sync;
        this.memory = reader.memory();
        this.streamBytes = streamBytes;
        this.failed = failed;
        this.reader =
                new PacketReader(this, reader.unpacking(this::goOn), reader.zeroPagesListed());
    }

    /**
     * How the packets of a migration are read.
     *
     * @param unpackings makes what unpacks the payloads of one channel, given what runs when one
     *     has been unpacked
     * @param memory for the payloads of all channels
     */
    public record PacketReading(
            Function<Runnable, Unpacking> unpackings,
            boolean zeroPagesListed,
            PayloadMemory memory) {

        private Unpacking unpacking(Runnable whenDone) {
            return unpackings.apply(whenDone);
        }
    }

    /** Its number. */
    int channel() {
        return channel;
    }

    /** Bytes consumed so far, the initial packet among them. */
    long offset() {
        return offset;
    }

    @Override
    public PacketBlock block(String idstr) throws StreamException {
        requirePrecopy();
        return pages.block(idstr);
    }

    /** In postcopy a page that comes here would replace what the guest has written. */
    private void requirePrecopy() throws StreamException {
        if (state.postcopy().listened()) {
            throw StreamException.of(
                    StreamError.MULTIFD_NOT_SYNCHRONISED,
                    "multifd: received pages after the switch to postcopy");
        }
    }

    /**
     * Old sources synchronise in postcopy, too, where no page comes here and the stream goes on.
     */
    @Override
    public void synchronised() {
        if (state.postcopy().listened()) {
            return;
        }
        held = true;
        sync.arrived(channel, this::release);
    }

    private void release() {
        held = false;
        goOn();
    }

    @Override
    public boolean held() {
        return held || state.halted();
    }

    @Override
    public boolean hasRoom(int bytes) {
        if (waitsForMemory) {
            return false;
        }
        waitsForMemory = !memory.take(bytes, this::memoryIsFree);
        return !waitsForMemory;
    }

    private void memoryIsFree() {
        waitsForMemory = false;
        goOn();
    }

    @Override
    public void roomFree(int bytes) {
        memory.free(bytes);
    }

    @Override
    public Optional<ByteBuf> memory() {
        return over || waits() || state.halted() || state.postcopy().listened()
                ? Optional.empty()
                : reader.memory(input.keptBytes());
    }

    @Override
    public void received(ByteBuf bytes) {
        run(() -> input.feed(bytes, this::read));
    }

    private void goOn() {
        run(() -> input.again(this::read));
    }

    /** Reads packets; a refusal has its offset in this channel. */
    private void read(ByteBuf in) throws StreamException {
        int start = in.readerIndex();
        try {
            if (!reader.betweenPackets()) {
                requirePrecopy();
            }
            reader.read(in);
        } catch (StreamException refused) {
            throw refused.onMultifd(channel, offset + in.readerIndex() - start);
        } finally {
            offset += in.readerIndex() - start;
        }
    }

    @Override
    public void closed(Optional<IOException> cause) {
        closed = Optional.of(cause);
        if (!feeding && !waits()) {
            endOfInput(cause);
        }
    }

    private boolean waits() {
        return held || reader.stopped();
    }

    /** In postcopy no page comes here any more, so that nobody notices the end. */
    private void endOfInput(Optional<IOException> cause) {
        if (over || state.halted() || state.postcopy().listened()) {
            return;
        }
        if (cause.isEmpty() && reader.betweenPackets() && input.keptBytes() == 0) {
            sync.ended(channel);
        } else {
            failed.accept(
                    Failure.ConnectionFailure.broken(
                            ChannelRole.multifd(channel),
                            streamBytes.getAsLong(),
                            "%s broke after %s bytes"
                                    .formatted(
                                            ChannelRole.multifd(channel).title(),
                                            Figures.number(offset)),
                            Side.SOURCE,
                            cause));
        }
    }

    /** Forgets what was not read: the channel has ended. */
    void forget() {
        over = true;
        reader.release();
        memory.close();
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
        } catch (StreamException e) {
            failed.accept(Failure.Wire.of(ChannelRole.multifd(channel), e));
        } finally {
            feeding = false;
            if (over || state.halted()) {
                input.release();
            } else {
                link.reading(!waits());
            }
        }
        if (!waits()) {
            closed.ifPresent(this::endOfInput);
        }
    }
}
