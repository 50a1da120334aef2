package io.vmferry.source.outgoing.ram;

/** How many pages were sent in all, on whichever link. Plain fields, owned by the engine's loop. */
public final class PageCounts {

    public long zeroPages;
    public long normalPages;

    public long all() {
        return zeroPages + normalPages;
    }
}
