package io.vmferry.source.outgoing.ram;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.vmferry.machine.memory.RamBlock;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * An output over several channels, as multifd is one: each host page goes to the next channel, and
 * after what was given each channel gets a mark to which the others wait.
 */
final class SpreadOutput implements PageOutput {

    private static final int BATCH_BYTES = 64 * 1024;

    private final List<RecordOutput> channels;

    /** What each channel has been given up to the last mark, each with the mark after it. */
    final List<ByteBuf> batches = new ArrayList<>();

    private int channel = -1;
    private long hostPage = -1;

    SpreadOutput(RecordOutput records, int channels) {
        this.channels = IntStream.range(0, channels).mapToObj(i -> records.another()).toList();
        open();
    }

    private void open() {
        for (RecordOutput each : channels) {
            ByteBuf batch = UnpooledByteBufAllocator.DEFAULT.directBuffer(BATCH_BYTES, BATCH_BYTES);
            batches.add(batch);
            each.into(batch, BATCH_BYTES);
        }
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
        for (int i = 0; i < channels.size(); i++) {
            channels.get(i).flush();
            channels.get(i).eos(batches.get(i));
        }
    }

    /** What the channels carry, which are empty then. */
    List<ByteBuf> take() {
        List<ByteBuf> taken = List.copyOf(batches);
        batches.clear();
        open();
        return taken;
    }
}
