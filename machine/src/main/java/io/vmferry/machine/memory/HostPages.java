package io.vmferry.machine.memory;

/**
 * Host pages of a block that follow one another, most often one: what postcopy asks for, sends and
 * places whole. A host page is one page of the guest, or 512 where the host uses huge pages.
 *
 * @param firstPage number of the first page in the block
 * @param end the page after the last one
 */
public record HostPages(RamBlock block, long firstPage, long end) {

    /** One host page. */
    public HostPages(RamBlock block, long firstPage) {
        this(block, firstPage, firstPage + block.pagesPerHostPage());
    }

    /** Block and offset for messages, with the end where it is more than a page. */
    @Override
    public String toString() {
        String first = block.idstr() + "+0x" + Long.toHexString(firstPage << RamBlock.PAGE_SHIFT);
        return end - firstPage <= block.pagesPerHostPage()
                ? first
                : first + "..0x" + Long.toHexString(end << RamBlock.PAGE_SHIFT);
    }
}
