package io.vmferry.lab.fuzz;

import io.vmferry.protocol.returnpath.BitmapSizes;
import io.vmferry.protocol.returnpath.ReturnPathListener;
import io.vmferry.protocol.returnpath.ReturnPathMessage;
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
        ReturnPathReader reader = new Listening(cuts, trace).reader;
        try {
            feed.feed(
                    input,
                    cuts,
                    new PieceFeed.Pausable(reader::read, reader::paused, reader::resume));
            reader.endOfInput();
            trace.ended("at byte " + reader.offset());
        } catch (StreamException refusal) {
            trace.refused(refusal);
        }
    }

    /** Notes each message and holds its reader back where the cuts say so. */
    private static final class Listening implements ReturnPathListener {

        private final Cuts cuts;
        private final Trace trace;
        private final ReturnPathReader reader = new ReturnPathReader(this, SIZES, true);

        Listening(Cuts cuts, Trace trace) {
            this.cuts = cuts;
            this.trace = trace;
        }

        @Override
        public void message(long offset, long lengthBytes, ReturnPathMessage message) {
            trace.note(message.type().name(), message);
            if (cuts.pausesHere()) {
                reader.pause();
            }
        }
    }
}
