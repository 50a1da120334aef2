package io.vmferry.source.outgoing;

/**
 * What one migration has moved so far. Plain fields, owned by the engine's loop; others see the
 * immutable {@link OutgoingFigures}.
 */
final class OutgoingCounters {

    long zeroPages;
    long normalPages;
    long transferredBytes;
    long dirtySyncCount;
    long dirtyPagesPerSecond;
    long pageRequests;
    long precopyBytes;
    long downtimeBytes;

    long pages() {
        return zeroPages + normalPages;
    }
}
