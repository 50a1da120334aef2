package io.vmferry.machine.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Pages of a postcopy: received late, published as a host page, or discarded. */
class RamBlockPostcopyTest {

    private static final int PAGES = 150;

    private final GuestRam ram = GuestRam.allocate(List.of(new RamBlockSpec("ram", PAGES * 4096L)));
    private final RamBlock block = ram.blocks().getFirst();

    @AfterEach
    void unmap() {
        ram.close();
    }

    private static ByteBuf page(int fill) {
        byte[] bytes = new byte[4096];
        Arrays.fill(bytes, (byte) fill);
        return Unpooled.wrappedBuffer(bytes);
    }

    private int first(long page) {
        return block.segment().get(ValueLayout.JAVA_BYTE, page * 4096);
    }

    @Test
    void loadingAPageDoesNotPublishIt() {
        ram.receivingPass(7);
        block.load(3, PageSource.of(page(5)));
        block.loadZeros(4);
        assertThat(first(3)).isEqualTo(5);
        assertThat(block.received().cardinality()).isZero();
        assertThat(block.receivedPass(3)).isZero();

        block.publish(3, 5);
        assertThat(block.received().get(3)).isTrue();
        assertThat(block.received().get(4)).isTrue();
        assertThat(block.received().cardinality()).isEqualTo(2);
        assertThat(block.receivedPass(3)).isEqualTo(7);
        assertThat(block.receivedPass(5)).isZero();
    }

    @Test
    void discardedPagesAreMissingUntilTheyComeAgain() {
        for (int i = 0; i < PAGES; i++) {
            PlacedPages.place(block, i, PageSource.of(page(1)));
        }
        block.discard(60, 131);
        assertThat(block.received().cardinality()).isEqualTo(PAGES - 71);
        assertThat(block.received().get(59)).isTrue();
        assertThat(block.received().get(60)).isFalse();
        assertThat(block.received().get(130)).isFalse();
        assertThat(block.received().get(131)).isTrue();

        PlacedPages.place(block, 64, PageSource.of(page(2)));
        assertThat(block.received().get(64)).isTrue();
        assertThat(first(64)).isEqualTo(2);
    }

    /** The blocks span several groups of 4096 pages; the last group is incomplete. */
    @Test
    void discardsBehaveLikeASetOfPages() {
        for (long seed = 0; seed < 20; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int pages = random.nextInt(1, 20_000);
            RamBlockSpec spec = new RamBlockSpec("ram", pages * 4096L);
            try (GuestRam other = GuestRam.allocate(List.of(spec))) {
                RamBlock large = other.blocks().getFirst();
                BitSet model = new BitSet();
                for (int step = 0; step < 50; step++) {
                    int from = random.nextInt(pages);
                    int to = random.nextInt(from, pages) + 1;
                    if (random.nextInt(3) == 0) {
                        large.publish(from, to);
                        model.set(from, to);
                    } else if (random.nextBoolean()) {
                        PlacedPages.zero(large, from);
                        model.set(from);
                    } else {
                        large.discard(from, to);
                        model.clear(from, to);
                    }
                    assertThat(BitSet.valueOf(large.received().toWords()))
                            .as("seed %d", seed)
                            .isEqualTo(model);
                }
            }
        }
    }

    /** A peer may discard 64 GiB again and again. */
    @Test
    void whatWasDiscardedCostsNothingToDiscardAgain() {
        long pages = 1 << 24;
        RamBlockSpec spec = new RamBlockSpec("ram", pages * 4096);
        try (GuestRam other = GuestRam.allocate(List.of(spec))) {
            RamBlock large = other.blocks().getFirst();
            assertThat(large.discard(0, pages)).isZero();
            PlacedPages.zero(large, 5);
            large.publish(4090, 4100);
            PlacedPages.zero(large, pages - 1);
            assertThat(large.discard(4096, pages)).isEqualTo(2);
            assertThat(large.discard(0, pages)).isEqualTo(1);
            assertThat(large.discard(0, pages)).isZero();
            assertThat(large.received().cardinality()).isZero();
            assertThat(large.discard(pages, pages)).isZero();
        }
    }

    @Test
    void whatNeverCameReadsAsZerosInTheEnd() {
        for (int i = 0; i < PAGES; i++) {
            PlacedPages.place(block, i, PageSource.of(page(1)));
        }
        block.discard(10, 12);
        block.discard(PAGES - 1, PAGES);
        block.zeroMissing();
        for (int i = 0; i < PAGES; i++) {
            boolean missing = i == 10 || i == 11 || i == PAGES - 1;
            assertThat(first(i)).as("page %d", i).isEqualTo(missing ? 0 : 1);
            assertThat(block.isZero(i)).isEqualTo(missing);
        }
    }

    @Test
    void memoryThatIsGivenBackHoldsZeros() {
        for (int i = 0; i < 4; i++) {
            PlacedPages.place(block, i, PageSource.of(page(1)));
        }
        block.release(1, 3);
        block.release(2, 2);
        assertThat(first(0)).isEqualTo(1);
        assertThat(first(1)).isZero();
        assertThat(first(2)).isZero();
        assertThat(first(3)).isEqualTo(1);
    }

    @Test
    void aHostPageOfAHugePageBlockIsThatOfAllItsPages() {
        RamBlockSpec huge = new RamBlockSpec("huge", 4 << 20, 2 << 20);
        try (GuestRam other = GuestRam.allocate(List.of(huge))) {
            RamBlock big = other.blocks().getFirst();
            assertThat(big.pagesPerHostPage()).isEqualTo(512);
            assertThat(big.hostPageOf(0)).isZero();
            assertThat(big.hostPageOf(511)).isZero();
            assertThat(big.hostPageOf(512)).isEqualTo(512);
            assertThat(big.hostPageOf(1023)).isEqualTo(512);
            assertThat(other.pageSizeSummary()).isEqualTo(2 << 20);
        }
        assertThat(block.hostPageOf(77)).isEqualTo(77);
        assertThat(ram.pageSizeSummary()).isEqualTo(4096);
    }
}
