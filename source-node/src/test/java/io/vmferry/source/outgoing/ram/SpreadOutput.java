package io.vmferry.source.outgoing.ram;

import io.vmferry.machine.memory.RamBlock;
import java.util.List;

/**
 * An output over several channels, as multifd is one: each host page goes to the next channel, and
 * after what was given each channel gets a mark to which the others wait.
 */
final class SpreadOutput implements PageOutput {

    private final List<RecordOutput> channels;
    private int channel = -1;
    private long hostPage = -1;

    SpreadOutput(List<RecordOutput> channels) {
        this.channels = channels;
    }

    @Override
    public boolean takesMore() {
        return channels.stream().allMatch(RecordOutput::takesMore);
    }

    @Override
    public void write(RamBlock block, long page) {
        long next = block.firstPage() + block.hostPageOf(page);
        if (next != hostPage) {
            hostPage = next;
            channel = (channel + 1) % channels.size();
        }
        channels.get(channel).write(block, page);
    }

    @Override
    public void flush() {
        for (RecordOutput each : channels) {
            each.eos(each.batch());
            each.flush();
        }
    }
}
