package io.vmferry.source.outgoing.figures;

import io.vmferry.source.outgoing.ram.PageCounts;

/**
 * What one migration has moved so far. Plain fields, owned by the engine's loop; others see the
 * immutable {@code OutgoingFigures}.
 */
public final class OutgoingCounters {

    public final PageCounts pages = new PageCounts();
    public long transferredBytes;
    public long dirtySyncCount;
    public long dirtyPagesPerSecond;
    public long pageRequests;
    public long precopyBytes;
    public long downtimeBytes;
    public long postcopyBytes;

    /** What was to be sent of RAM right after the last dirty sync. */
    public long bytesAtLastSync;

    /** What was to be sent of RAM and devices when that was last asked for, before sending. */
    public long pendingBytes;

    /** Whether {@link #bytesAtLastSync} says something about the downtime to come. */
    public boolean foreseesDowntime;

    private long setupStartNanos;
    private long setupNanos;

    /** The channels stand. */
    public void setupBegins(long nowNanos) {
        setupStartNanos = nowNanos;
    }

    /** The migration is active. */
    public void setupEnds(long nowNanos) {
        setupNanos = nowNanos - setupStartNanos;
    }

    /** How long the setup took; 0 until it is done. */
    public long setupNanos() {
        return setupNanos;
    }
}
