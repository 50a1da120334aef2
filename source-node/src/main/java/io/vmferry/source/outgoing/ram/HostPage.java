package io.vmferry.source.outgoing.ram;

import io.vmferry.machine.memory.HostPages;
import io.vmferry.machine.memory.RamBlock;

/**
 * A page of the host: what postcopy asks for, sends and places whole. One page of the guest, or 512
 * where the host uses huge pages.
 *
 * @param firstPage its first page in the block
 */
public record HostPage(RamBlock block, long firstPage) implements HostPages {

    @Override
    public String toString() {
        return text();
    }
}
