package io.vmferry.dest.incoming.ram;

import io.netty.buffer.ByteBuf;
import io.vmferry.machine.memory.PageSource;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.protocol.multifd.PacketSink.PacketBlock;
import io.vmferry.protocol.stream.StreamException;
import java.util.List;
import java.util.Optional;

/** Loads the pages of multifd channels, which nobody waits for, into guest RAM. */
public final class MultifdPages {

    private final IncomingRam ram;
    private final List<LoadedBlock> blocks;

    public MultifdPages(IncomingRam ram) {
        this.ram = ram;
        this.blocks = ram.blocks().stream().map(LoadedBlock::new).toList();
    }

    /**
     * The block that a packet names.
     *
     * @throws StreamException when it does not exist
     */
    public PacketBlock block(String idstr) throws StreamException {
        return blocks.get(ram.block(idstr).index());
    }

    private final class LoadedBlock implements PacketBlock {

        private final RamBlock block;

        LoadedBlock(RamBlock block) {
            this.block = block;
        }

        @Override
        public long usedLengthBytes() {
            return block.lengthBytes();
        }

        @Override
        public void zeroPages(long offset, int count) {
            long first = offset >>> RamBlock.PAGE_SHIFT;
            for (long page = first; page < first + count; page++) {
                block.loadZeros(page);
            }
            block.publish(first, first + count);
            ram.zeroPages += count;
        }

        @Override
        public void begin(long offset, int count) {
            long first = offset >>> RamBlock.PAGE_SHIFT;
            block.willStore(first, first + count);
        }

        @Override
        public Optional<ByteBuf> memory(long offset, int lengthBytes) {
            return Optional.of(block.content().buffer(offset, lengthBytes).clear());
        }

        @Override
        public void take(long offset, ByteBuf in, int lengthBytes) {
            block.content().place(offset, PageSource.of(in), lengthBytes);
        }

        @Override
        public void end(long offset, int count) {
            long first = offset >>> RamBlock.PAGE_SHIFT;
            block.publish(first, first + count);
            ram.normalPages += count;
        }
    }
}
