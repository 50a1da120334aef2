package io.vmferry.machine.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pages written in order while a thread allocates memory ahead of them. */
class AllocationAheadTest {

    private static final long BYTES = 24L << 20;

    @TempDir Path folder;

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

    /** As in a container with too little memory, or on a kernel that does not know it. */
    @Test
    void afterARefusalTheKernelIsNotAskedAgain() throws IOException {
        Path file = Files.write(folder.resolve("read-only"), new byte[1 << 20]);
        try (Arena arena = Arena.ofShared();
                FileChannel channel = FileChannel.open(file)) {
            var ahead =
                    new AllocationAhead(
                            channel.map(FileChannel.MapMode.READ_ONLY, 0, 1 << 20, arena));
            assertThat(ahead.refused()).isFalse();
            ahead.reached(0);
            assertThat(ahead.refused()).isTrue();
            assertThatCode(() -> ahead.reached(AllocationAhead.STEP_BYTES))
                    .doesNotThrowAnyException();
            ahead.close();
        }
    }

    @Test
    void theKernelsReasonIsGiven() throws IOException {
        Path file = Files.write(folder.resolve("read-only"), new byte[1 << 20]);
        try (Arena arena = Arena.ofConfined();
                FileChannel channel = FileChannel.open(file)) {
            var mapping = channel.map(FileChannel.MapMode.READ_ONLY, 0, 1 << 20, arena);
            assertThat(HostMemory.populate(mapping, 0, 1 << 20)).contains("Invalid argument");
            assertThat(HostMemory.populate(HostMemory.map(1 << 20, arena), 0, 1 << 20)).isEmpty();
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
