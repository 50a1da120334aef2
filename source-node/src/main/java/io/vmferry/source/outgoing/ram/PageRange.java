package io.vmferry.source.outgoing.ram;

import io.vmferry.machine.memory.RamBlock;

/**
 * The pages of a block that one message asks for: whole host pages, most often one.
 *
 * @param fromPage its first page in the block
 * @param toPage the page behind its last one
 */
public record PageRange(RamBlock block, long fromPage, long toPage) {

    /** Block and offset, as a person reads it; the end as well where it is more than a page. */
    @Override
    public String toString() {
        String first = new HostPage(block, fromPage).toString();
        return toPage - fromPage <= block.pagesPerHostPage()
                ? first
                : first + "..0x" + Long.toHexString(toPage << RamBlock.PAGE_SHIFT);
    }
}
