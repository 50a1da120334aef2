package io.vmferry.source.outgoing.ram;

import io.vmferry.machine.memory.RamBlock;

/** Writes the pages of a {@link PageScan}: as records on a link, or in another form. */
public interface PageOutput {

    /**
     * Whether there is room for another page, or host page; asked by the scan before each. There
     * always is, unless the output has a limit.
     */
    default boolean takesMore() {
        return true;
    }

    /** Writes a page as it is now: a later store makes it dirty, and it comes again. */
    void write(RamBlock block, long page);

    /**
     * The scan begins again at the first page: only from here on a page may come that was written
     * before.
     */
    default void roundEnded() {}

    /** Flushes what was written: nothing follows for now. */
    default void flush() {}
}
