package io.vmferry.lab.fuzz;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.vmferry.protocol.stream.Cumulation;
import io.vmferry.protocol.stream.StreamException;
import java.util.function.BooleanSupplier;

/**
 * Presents an input to a reader piece by piece, in a buffer that is used again for the next piece
 * as that of a socket is, and checks that nothing is kept after the end. Belongs to one thread.
 */
final class PieceFeed {

    /** A reader that its listener can pause. */
    record Pausable(Cumulation.Reader reader, BooleanSupplier paused, Runnable resume) {}

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false, true);
    private final ByteBuf piece = allocator.heapBuffer();

    /** Reads all of an input, and resumes after every pause. */
    void feed(byte[] input, Cuts cuts, Pausable pausable) throws StreamException {
        Cumulation cumulation = new Cumulation();
        piece.clear().ensureWritable(input.length);
        long before = allocator.metric().usedHeapMemory();
        try {
            int at = 0;
            while (at < input.length) {
                int length = cuts.next(input.length - at);
                piece.clear().writeBytes(input, at, length);
                at += length;
                cumulation.feed(piece, pausable.reader());
                while (pausable.paused().getAsBoolean() && (at == input.length || cuts.goesOn())) {
                    pausable.resume().run();
                    cumulation.again(pausable.reader());
                }
            }
        } finally {
            cumulation.release();
            requireReleased(before);
        }
    }

    private void requireReleased(long before) {
        long kept = allocator.metric().usedHeapMemory() - before;
        if (kept != 0) {
            throw new IllegalStateException(kept + " bytes of buffers were not released");
        }
    }
}
