package io.vmferry.source.outgoing.ram;

import io.vmferry.machine.memory.HostPages;
import io.vmferry.machine.memory.RamBlock;

/**
 * The pages of a block that one message asks for: whole host pages, most often one.
 *
 * @param fromPage its first page in the block
 * @param toPage the page behind its last one
 */
public record PageRange(RamBlock block, long fromPage, long toPage) implements HostPages {

    @Override
    public long firstPage() {
        return fromPage;
    }

    @Override
    public long end() {
        return toPage;
    }

    @Override
    public String toString() {
        return text();
    }
}
