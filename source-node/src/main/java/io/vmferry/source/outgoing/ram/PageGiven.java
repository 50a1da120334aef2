package io.vmferry.source.outgoing.ram;

import io.vmferry.machine.memory.RamBlock;

/** Whoever has to know of each page that the scan has given, once its content has been copied. */
@FunctionalInterface
public interface PageGiven {

    void given(RamBlock block, long page);
}
