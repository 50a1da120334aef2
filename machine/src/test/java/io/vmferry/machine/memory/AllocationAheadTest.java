package io.vmferry.machine.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Pages written in order while a thread allocates memory ahead of them. */
class AllocationAheadTest {

    private static final long BYTES = 24L << 20;

    @Test
    void whatIsWrittenInOrderIsThereAndTheRestIsZero() {
        try (GuestRam ram = GuestRam.allocate(List.of(new RamBlockSpec("ram", BYTES)))) {
            RamBlock block = ram.blocks().getFirst();
            long half = block.pageCount() / 2;
            write(block, half);
            for (long page = 0; page < block.pageCount(); page++) {
                long expected = page < half ? page + 1 : 0;
                assertThat(block.segment().get(ValueLayout.JAVA_LONG, page << RamBlock.PAGE_SHIFT))
                        .as("page %d", page)
                        .isEqualTo(expected);
            }
            assertThat(block.populated().cardinality()).isEqualTo(half);
        }
    }

    @Test
    void memoryCanBeUnmappedWhileTheHelperIsAtWork() {
        for (int i = 0; i < 20; i++) {
            GuestRam ram = GuestRam.allocate(List.of(new RamBlockSpec("ram", BYTES)));
            write(ram.blocks().getFirst(), ram.pageCount() - i);
            assertThatCode(ram::close).as("round %d", i).doesNotThrowAnyException();
        }
    }

    private static void write(RamBlock block, long pages) {
        for (long page = 0; page < pages; page++) {
            block.willStore(page);
            block.segment().set(ValueLayout.JAVA_LONG, page << RamBlock.PAGE_SHIFT, page + 1);
            block.stored(page);
        }
    }
}
