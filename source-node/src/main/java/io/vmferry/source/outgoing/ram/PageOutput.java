package io.vmferry.source.outgoing.ram;

import io.vmferry.machine.memory.RamBlock;

/**
 * Takes the pages that a {@link PageScan} gives, and brings them to the destination: as records on
 * a link, or in any other form. The pages of a host page come one right behind the other.
 */
public interface PageOutput {

    /** Whether another page, or host page, is taken now; asked in front of each by the scan. */
    boolean takesMore();

    /** Takes a page as it is now: a store that follows makes it dirty, and it comes again. */
    void write(RamBlock block, long page);

    /** Nothing follows for now, so that what was taken may leave. */
    void flush();
}
