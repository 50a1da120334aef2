package io.vmferry.source.outgoing;

import io.vmferry.machine.memory.RamBlock;
import io.vmferry.protocol.stream.Command;

/**
 * Pages of a block next to each other that are all still to be sent.
 *
 * @param fromPage the first one
 * @param toPage the first one behind them
 */
record DirtyRun(RamBlock block, long fromPage, long toPage) {

    /** The run as bytes of its block, as a discard names it. */
    Command.Range range() {
        return new Command.Range(
                fromPage << RamBlock.PAGE_SHIFT, (toPage - fromPage) << RamBlock.PAGE_SHIFT);
    }
}
