package io.vmferry.source.outgoing.ram;

import io.vmferry.machine.memory.RamBlock;

/**
 * A page of the host: what postcopy asks for, sends and places whole. One page of the guest, or 512
 * where the host uses huge pages.
 *
 * @param firstPage its first page in the block
 */
public record HostPage(RamBlock block, long firstPage) {

    /** The page behind its last one. */
    long end() {
        return firstPage + block.pagesPerHostPage();
    }

    /** Block and offset, as a person reads it. */
    @Override
    public String toString() {
        return block.idstr() + "+0x" + Long.toHexString(firstPage << RamBlock.PAGE_SHIFT);
    }
}
