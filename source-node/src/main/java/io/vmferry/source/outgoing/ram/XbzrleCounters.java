package io.vmferry.source.outgoing.ram;

import io.vmferry.protocol.ram.RamFlags;

/**
 * What {@code query-migrate} says of XBZRLE. QEMU never resets the counts, so that they go on over
 * the migrations of a process, and counts a page that was found in the cache however it is sent.
 * Confined to the engine's loop.
 */
public final class XbzrleCounters {

    /** Pages that were found in the cache. */
    public long pages;

    /** What was sent of them, without the words in front. */
    public long bytes;

    /** Pages that were not found. */
    public long cacheMisses;

    /** Pages that were found and sent as they are, since their difference is no shorter. */
    public long overflows;

    /** The share of pages that were not found, in the last period that was measured. */
    public double cacheMissRate;

    /** How many times shorter the pages that were found became, in that period. */
    public double encodingRate;

    private long pagesBefore;
    private long bytesBefore;
    private long cacheMissesBefore;

    /** A migration begins: as in QEMU its first period has all that was counted before. */
    public void migrationBegins() {
        pagesBefore = 0;
        bytesBefore = 0;
        cacheMissesBefore = 0;
    }

    /**
     * Ends a period of a second or more.
     *
     * @param sentPages how many pages were sent in it, however
     */
    public void endPeriod(long sentPages) {
        if (sentPages == 0) {
            return;
        }
        cacheMissRate = (double) (cacheMisses - cacheMissesBefore) / sentPages;
        cacheMissesBefore = cacheMisses;
        double plainBytes = (double) (pages - pagesBefore) * RamFlags.PAGE_SIZE;
        long encodedBytes = bytes - bytesBefore;
        encodingRate = encodedBytes == 0 ? 0 : plainBytes / encodedBytes;
        pagesBefore = pages;
        bytesBefore = bytes;
    }
}
