package io.vmferry.machine.memory;

/** Host pages of a block that follow one another, most often one. */
public interface HostPages {

    RamBlock block();

    /** Number of the first page in the block. */
    long firstPage();

    /** The page behind the last one. */
    default long end() {
        return firstPage() + block().pagesPerHostPage();
    }

    /** Block and offset for messages, with the end where it is more than a page. */
    default String text() {
        String first =
                block().idstr() + "+0x" + Long.toHexString(firstPage() << RamBlock.PAGE_SHIFT);
        return end() - firstPage() <= block().pagesPerHostPage()
                ? first
                : first + "..0x" + Long.toHexString(end() << RamBlock.PAGE_SHIFT);
    }
}
