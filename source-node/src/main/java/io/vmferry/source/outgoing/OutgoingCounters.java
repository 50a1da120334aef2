package io.vmferry.source.outgoing;

import io.vmferry.source.outgoing.ram.PageCounts;

/**
 * What one migration has moved so far. Plain fields, owned by the engine's loop; others see the
 * immutable {@link OutgoingFigures}.
 */
final class OutgoingCounters {

    final PageCounts pages = new PageCounts();
    long transferredBytes;
    long dirtySyncCount;
    long dirtyPagesPerSecond;
    long pageRequests;
    long precopyBytes;
    long downtimeBytes;
    long postcopyBytes;

    /** What was to be sent of RAM right after the last dirty sync. */
    long bytesAtLastSync;

    /** What was to be sent of RAM and devices when that was last asked for, before sending. */
    long pendingBytes;

    /** Whether {@link #bytesAtLastSync} says something about the downtime to come. */
    boolean foreseesDowntime;
}
