package io.vmferry.machine.dirtyrate;

import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.RamBlock;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32C;

/**
 * Random pages of each RAM block and what they held: {@code calc-dirty-rate} in mode page-sampling.
 * Reads guest memory while the guest runs; a page that changes meanwhile counts as changed.
 */
record PageSample(List<OfBlock> blocks) {

    /** Smaller blocks are no RAM that a guest works with, such as ROMs: QEMU leaves them out. */
    static final long SMALLEST_BLOCK_BYTES = 128 << 10;

    /** The sum of a page of zeros, which need not be read. */
    private static final int ZERO_SUM = sum(ByteBuffer.allocate(RamBlock.PAGE_SIZE));

    /** Chooses pages of all blocks and notes what they hold now. */
    static PageSample take(GuestRam ram, int pagesPerGibibyte, RandomGenerator random) {
        return new PageSample(
                ram.blocks().stream()
                        .filter(block -> block.lengthBytes() >= SMALLEST_BLOCK_BYTES)
                        .map(block -> new OfBlock(block, pagesPerGibibyte, random))
                        .toList());
    }

    /**
     * Reads the pages again and extrapolates the share that has changed to all memory.
     *
     * @return MiB per second, or empty when no page was chosen
     */
    OptionalLong mebibytesPerSecond(long elapsedMillis) {
        long changed = 0;
        long sampled = 0;
        long mebibytes = 0;
        for (OfBlock each : blocks) {
            changed += each.changed();
            sampled += each.pages.length;
            mebibytes += each.block.lengthBytes() >>> 20;
        }
        return sampled == 0
                ? OptionalLong.empty()
                : OptionalLong.of(changed * mebibytes * 1000 / (sampled * elapsedMillis));
    }

    /** The pages of one block with their sums. */
    private static final class OfBlock {

        private final RamBlock block;
        private final long[] pages;
        private final int[] sums;

        OfBlock(RamBlock block, int pagesPerGibibyte, RandomGenerator random) {
            this.block = block;
            // KiB times pages per GiB is 2^20 times too much
            long count = ((block.lengthBytes() >>> 10) * pagesPerGibibyte) >>> 20;
            pages = random.longs(count, 0, block.pageCount()).toArray();
            sums = new int[pages.length];
            for (int i = 0; i < pages.length; i++) {
                sums[i] = sum(block, pages[i]);
            }
        }

        long changed() {
            long count = 0;
            for (int i = 0; i < pages.length; i++) {
                if (sum(block, pages[i]) != sums[i]) {
                    count++;
                }
            }
            return count;
        }
    }

    private static int sum(RamBlock block, long page) {
        if (!block.populated().get(page)) {
            return ZERO_SUM;
        }
        long offset = page << RamBlock.PAGE_SHIFT;
        return sum(block.segment().asSlice(offset, RamBlock.PAGE_SIZE).asByteBuffer());
    }

    private static int sum(ByteBuffer page) {
        CRC32C crc = new CRC32C();
        crc.update(page);
        return (int) crc.getValue();
    }
}
