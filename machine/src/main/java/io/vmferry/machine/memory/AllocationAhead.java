package io.vmferry.machine.memory;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Allocates guest pages ahead of sequential stores. First touch is what a fast migration spends
 * most of its time on; a helper thread does it beside the thread that stores. How far it runs ahead
 * grows with the run of content, so that what is allocated in vain stays a small share of what is
 * used.
 *
 * <p>Called once per {@link #STEP_BYTES}, by any thread.
 */
final class AllocationAhead {

    private static final Logger log = LoggerFactory.getLogger(AllocationAhead.class);

    /** Bytes allocated at once for an isolated store. */
    static final long STEP_BYTES = 64L * RamBlock.PAGE_SIZE;

    /** The least that the helper is asked for. */
    private static final long CHUNK_BYTES = 4 * STEP_BYTES;

    private static final long MOST_AHEAD_BYTES = 16L << 20;

    /** How much of the run so far is allocated ahead: one part in so many. */
    private static final long RUN_SHARE = 8;

    /** One helper for all guests of the process; it goes when there is nothing to do. */
    private static final ThreadPoolExecutor HELPER = helper();

    private final MemorySegment segment;
    private long runStart;
    private long runEnd = -1;
    private long requestedEnd;
    private boolean requested;
    private volatile long allocatedEnd;
    private volatile boolean closed;

    /** Set when the kernel has refused to allocate ahead: it is not asked again. */
    private volatile boolean refused;

    AllocationAhead(MemorySegment segment) {
        this.segment = segment;
    }

    /** Whether the kernel has refused it, so that each page is allocated at its first store. */
    boolean refused() {
        return refused;
    }

    private static ThreadPoolExecutor helper() {
        ThreadPoolExecutor helper =
                new ThreadPoolExecutor(
                        1,
                        1,
                        1,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        Thread.ofPlatform().daemon().name("allocate").factory());
        helper.allowCoreThreadTimeOut(true);
        return helper;
    }

    /**
     * The next {@link #STEP_BYTES} from {@code offset} on are about to be used, as those before.
     */
    synchronized void reached(long offset) {
        if (offset != runEnd) {
            runStart = offset;
            requestedEnd = offset;
            allocatedEnd = offset;
        }
        runEnd = offset + STEP_BYTES;
        if (refused) {
            return;
        }
        if (allocatedEnd < runEnd) {
            populate(offset, Math.min(runEnd, segment.byteSize()));
        }
        long ahead = Math.min((runEnd - runStart) / RUN_SHARE, MOST_AHEAD_BYTES);
        long end = Math.min(runEnd + ahead, segment.byteSize());
        long from = Math.max(requestedEnd, runEnd);
        if (end - from >= CHUNK_BYTES) {
            requestedEnd = end;
            requested = true;
            HELPER.execute(() -> allocate(from, end));
        }
    }

    private void allocate(long from, long end) {
        if (!closed) {
            populate(from, end);
            allocatedEnd = end;
        }
    }

    private void populate(long from, long end) {
        if (refused) {
            return;
        }
        HostMemory.populate(segment, from, end - from)
                .ifPresent(why -> {
                    refused = true;
                    log.warn(
                            "Guest memory is not allocated ahead any more, which is slower: the kernel refused {} at offset 0x{}: {}",
                            MemorySize.format(end - from),
                            Long.toHexString(from),
                            why);
                });
    }

    /** Ends all allocation, so that the memory can be unmapped. */
    synchronized void close() {
        closed = true;
        if (requested) {
            // the helper takes one task after the other: when this one is done, nothing of ours is
            // under way
            CompletableFuture.runAsync(() -> {}, HELPER).join();
        }
    }
}
