package io.vmferry.lab.fuzz;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.vmferry.protocol.multifd.InitialPacket;
import io.vmferry.protocol.multifd.PacketReader;
import io.vmferry.protocol.multifd.PacketSink;
import io.vmferry.protocol.multifd.PacketWork;
import io.vmferry.protocol.multifd.PageCompression;
import io.vmferry.protocol.multifd.Unpacking;
import io.vmferry.protocol.multifd.WorkBuffers;
import io.vmferry.protocol.ram.RamFlags;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;
import io.vmferry.protocol.stream.WireStrings;
import java.util.List;
import java.util.Optional;

/**
 * The reader of a multifd channel, from its initial packet on. The number of the channel decides
 * how its pages are compressed, and that the last one comes from a version before zero pages.
 */
final class MultifdTarget implements FuzzTarget {

    private static final List<PageCompression> COMPRESSIONS =
            List.of(
                    PageCompression.NONE,
                    PageCompression.ZLIB,
                    PageCompression.ZSTD,
                    PageCompression.NONE);

    static final int CHANNELS = COMPRESSIONS.size();

    private final PieceFeed feed = new PieceFeed();

    /** Used again for all inputs, since no channel frees them. */
    private final WorkBuffers buffers = WorkBuffers.toUnpack();

    /** The compression of a channel's pages. */
    static PageCompression compression(int channel) {
        return COMPRESSIONS.get(channel);
    }

    @Override
    public void run(byte[] input, Cuts cuts, Trace trace) {
        Channel channel = new Channel(cuts, trace, buffers);
        try {
            feed.feed(
                    input,
                    cuts,
                    new PieceFeed.Pausable(
                            channel::read, channel::held, () -> channel.held = false));
            trace.ended("at byte %d%s".formatted(channel.offset, channel.end()));
        } catch (StreamException refusal) {
            trace.refused(refusal);
        } finally {
            channel.reader.ifPresent(PacketReader::release);
        }
    }

    /** What comes on one channel. */
    private static final class Channel implements PacketSink, PacketSink.PacketBlock {

        private final Cuts cuts;
        private final Trace trace;
        private final WorkBuffers buffers;
        private Optional<PacketReader> reader = Optional.empty();
        private int number;
        private long offset;
        private boolean held;
        private ByteBuf content = Unpooled.EMPTY_BUFFER;

        Channel(Cuts cuts, Trace trace, WorkBuffers buffers) {
            this.buffers = buffers;
            this.cuts = cuts;
            this.trace = trace;
        }

        void read(ByteBuf in) throws StreamException {
            int start = in.readerIndex();
            try {
                if (reader.isEmpty()) {
                    begin(in);
                }
                if (reader.isPresent()) {
                    reader.get().read(in);
                }
            } catch (StreamException refused) {
                throw refused.onMultifd(number, offset + in.readerIndex() - start);
            } finally {
                offset += in.readerIndex() - start;
            }
        }

        private void begin(ByteBuf in) throws StreamException {
            if (in.readableBytes() < InitialPacket.WIRE_BYTES) {
                return;
            }
            InitialPacket packet =
                    InitialPacket.read(in, InitialPacket.NO_UUID, CHANNELS).orElseThrow();
            number = packet.channel();
            trace.note("channel", number);
            reader =
                    Optional.of(
                            new PacketReader(
                                    this,
                                    new Unpacking(
                                            compression(number),
                                            PacketWork.AT_ONCE,
                                            buffers,
                                            () -> {}),
                                    number < CHANNELS - 1));
        }

        String end() {
            return reader.filter(PacketReader::betweenPackets).isPresent() ? "" : ", in a packet";
        }

        @Override
        public PacketBlock block(String idstr) throws StreamException {
            if (!idstr.equals(MiniatureDestination.BLOCK)) {
                throw StreamException.of(
                        StreamError.RAM_UNKNOWN_BLOCK, "Unknown block " + WireStrings.quote(idstr));
            }
            return this;
        }

        @Override
        public void synchronised() {
            trace.note("sync", "");
            held = cuts.pausesHere();
        }

        @Override
        public boolean held() {
            return held;
        }

        @Override
        public long usedLengthBytes() {
            return MiniatureDestination.BLOCK_BYTES;
        }

        @Override
        public void zeroPages(long first, int count) {
            trace.note("zeros", first + count);
        }

        @Override
        public void begin(long first, int count) {
            content = Unpooled.buffer(count * RamFlags.PAGE_SIZE);
        }

        @Override
        public void take(long at, ByteBuf in, int lengthBytes) {
            content.writeBytes(in, lengthBytes);
        }

        @Override
        public void end(long first, int count) {
            for (int page = 0; page < count; page++) {
                ByteBuf one = content.readSlice(RamFlags.PAGE_SIZE);
                trace.note(
                        "page",
                        first + (long) page * RamFlags.PAGE_SIZE + ByteBufUtil.hashCode(one));
            }
        }
    }
}
