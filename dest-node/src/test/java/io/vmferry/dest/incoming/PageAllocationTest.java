package io.vmferry.dest.incoming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.memory.RamBlockSpec;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.ram.RamBlockEntry;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How much memory the kernel is asked for when a page of postcopy comes. */
class PageAllocationTest {

    /** So many pages have been allocated at once. */
    private static final int STEP = 64;

    private static final Path HUGE_PAGES = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");

    private final List<String> seen = new ArrayList<>();

    @BeforeEach
    void theKernelAllocatesWhatItIsAskedForOnly() throws IOException {
        assumeFalse(
                Files.exists(HUGE_PAGES) && Files.readString(HUGE_PAGES).contains("[always]"),
                "the kernel makes huge pages of everything");
    }

    @Test
    void contentInOrderIsAllocatedManyPagesAtOnce() throws IOException {
        try (Destination here = destination()) {
            ManualLink main = running(here);
            receive(main, 0, STEP + 1);
            assertThat(allocated(here, STEP)).isTrue();
            assertThat(allocated(here, STEP + 1)).isTrue();
        }
    }

    /** Allocating 64 pages takes longer than the rest of the wait for one. */
    @Test
    void aPageThatSomebodyWaitsForIsAllocatedAlone() throws IOException {
        try (Destination here = destination()) {
            ManualLink main = running(here);
            receive(main, 0, STEP);
            PostcopyPlan.look(here, STEP, seen);
            receive(main, STEP, STEP + 1);
            assertThat(seen).containsExactly("page " + STEP);
            assertThat(allocated(here, STEP)).isTrue();
            assertThat(allocated(here, STEP + 1)).isFalse();
        }
    }

    private static Destination destination() {
        Destination.Plan plan = PostcopyPlan.plan(Profile.QEMU_10_2);
        plan.blocks = List.of(new RamBlockSpec(Destination.BLOCK, 4 * STEP * RamBlock.PAGE_SIZE));
        return new Destination(plan);
    }

    private static ManualLink running(Destination here) {
        ManualLink main = here.connect();
        main.receive(
                new StreamBytes()
                        .beginPostcopy(
                                RamBlockEntry.of(Destination.BLOCK, 4 * STEP * RamBlock.PAGE_SIZE))
                        .discard(0, 4 * STEP)
                        .packaged(StreamBytes.listen().run())
                        .bytes());
        here.loop.run();
        return main;
    }

    private static void receive(ManualLink main, int from, int to) {
        for (int page = from; page < to; page++) {
            main.receive(new StreamBytes().page(Destination.BLOCK_NAME, page, 7).bytes());
        }
    }

    /** What the kernel says: bit 63 of the page's entry. */
    private static boolean allocated(Destination here, int page) throws IOException {
        long address = here.ram.blocks().getFirst().segment().address();
        try (RandomAccessFile pagemap = new RandomAccessFile("/proc/self/pagemap", "r")) {
            pagemap.seek((address / RamBlock.PAGE_SIZE + page) * Long.BYTES);
            long entry = pagemap.readLong();
            return (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN
                            ? Long.reverseBytes(entry)
                            : entry)
                    < 0;
        }
    }
}
