package io.vmferry.dest.incoming.stream;

import io.vmferry.protocol.multifd.WorkBuffers;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * The memory of the compressed payloads, and of their pages, that are read and unpacked on all
 * multifd channels together: 255 channels would fill the process if each had what it may need.
 */
public final class PayloadMemory {

    private static final int MOST_BYTES = 32 << 20;

    private final int mostBytes;
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private final WorkBuffers buffers = WorkBuffers.toUnpack();
    private long takenBytes;

    public PayloadMemory() {
        this(MOST_BYTES);
    }

    /**
     * @param mostBytes at which no further payload begins
     */
    PayloadMemory(int mostBytes) {
        this.mostBytes = mostBytes;
    }

    /** Where payloads are unpacked. */
    WorkBuffers buffers() {
        return buffers;
    }

    /** The channels have ended, all of them together. */
    void close() {
        buffers.close();
    }

    /**
     * Takes memory; if there is none, an action runs when it may be tried again.
     *
     * @return whether it was taken
     */
    boolean take(int bytes, Runnable again) {
        if (takenBytes >= mostBytes) {
            waiting.add(again);
            return false;
        }
        takenBytes += bytes;
        return true;
    }

    /** Frees memory, and lets one channel try for each time that there is some. */
    void free(int bytes) {
        takenBytes -= bytes;
        while (takenBytes < mostBytes && !waiting.isEmpty()) {
            waiting.remove().run();
        }
    }
}
