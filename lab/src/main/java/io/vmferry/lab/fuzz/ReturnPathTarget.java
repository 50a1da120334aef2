package io.vmferry.lab.fuzz;

import io.netty.buffer.ByteBuf;
import io.vmferry.protocol.returnpath.BitmapSizes;
import io.vmferry.protocol.returnpath.ReturnPathReader;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;
import io.vmferry.protocol.stream.WireStrings;

/** The reader of the return path, for a source with two blocks. */
final class ReturnPathTarget implements FuzzTarget {

    static final String BLOCK = "ram";
    static final String SMALL_BLOCK = "rom";
    static final int BLOCK_PAGES = 512;
    static final int SMALL_BLOCK_PAGES = 1;

    private static final BitmapSizes SIZES =
            block ->
                    switch (block) {
                        case BLOCK -> BLOCK_PAGES / Byte.SIZE;
                        case SMALL_BLOCK -> Long.BYTES;
                        default ->
                                throw StreamException.of(
                                        StreamError.RP_UNKNOWN_BLOCK,
                                        "Bitmap of the block " + WireStrings.quote(block));
                    };

    private final PieceFeed feed = new PieceFeed();

    @Override
    public void run(byte[] input, Cuts cuts, Trace trace) {
        Listening listening = new Listening(cuts, trace);
        try {
            feed.feed(input, cuts, listening);
            listening.reader.endOfInput();
            trace.ended("at byte " + listening.reader.offset());
        } catch (StreamException refusal) {
            trace.refused(refusal);
        }
    }

    private static final class Listening implements PieceFeed.Pausable {

        private final ReturnPathReader reader;

        Listening(Cuts cuts, Trace trace) {
            reader =
                    new ReturnPathReader(
                            message -> {
                                trace.note(message.type().name(), message);
                                if (cuts.pausesHere()) {
                                    pause();
                                }
                            },
                            SIZES,
                            true);
        }

        private void pause() {
            reader.pause();
        }

        @Override
        public void read(ByteBuf in) throws StreamException {
            reader.read(in);
        }

        @Override
        public boolean paused() {
            return reader.paused();
        }

        @Override
        public void resume() {
            reader.resume();
        }
    }
}
