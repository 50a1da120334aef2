package io.vmferry.source.outgoing.ram;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.HostPages;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.memory.RamBlockSpec;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which pages the scan gives, in what order, and how far it looks for them. */
class PageScanTest {

    /** 64 GiB, of which hardly anything is touched. */
    private static final long MANY_PAGES = 16 << 20;

    private final GuestRam ram =
            GuestRam.allocate(
                    List.of(
                            new RamBlockSpec("small", 8 * 4096),
                            new RamBlockSpec("huge", 32 * 4096, 8 * 4096),
                            new RamBlockSpec("last", 80 * 4096)));
    private final RamBlock small = ram.blocks().getFirst();
    private final RamBlock huge = ram.blocks().get(1);
    private final RamBlock last = ram.blocks().getLast();
    private final PageScan scan = new PageScan(ram);
    private final UnsentPages unsent = scan.unsent();
    private final Notes output = new Notes();

    @AfterEach
    void unmap() {
        ram.close();
    }

    private void dirty(RamBlock block, long... pages) {
        for (long page : pages) {
            ReadRecords.store(block, page, 0, 1);
        }
        unsent.sync();
    }

    private List<String> given(int most) {
        output.pages.clear();
        output.most = most;
        scan.give(output);
        return List.copyOf(output.pages);
    }

    @Test
    void givesEachDirtyPageOnceInTheirOrder() {
        dirty(last, 70);
        dirty(small, 7, 0, 3);
        dirty(huge, 9);
        assertThat(given(100))
                .containsExactly("small 0", "small 3", "small 7", "huge 9", "last 70");
        assertThat(unsent.count()).isZero();
        assertThat(given(100)).isEmpty();
    }

    @Test
    void stopsWhereNoMoreIsTakenAndGoesOnFromThere() {
        dirty(small, 0, 1, 2, 3);
        assertThat(given(3)).containsExactly("small 0", "small 1", "small 2");
        dirty(small, 0, 1);
        assertThat(given(100)).containsExactly("small 3", "small 0", "small 1");
        assertThat(given(0)).isEmpty();
        assertThat(output.flushes).isEqualTo(3);
    }

    @Test
    void aHostPageIsGivenWholeWhateverTheOutputTakes() {
        dirty(huge, 3, 17);
        unsent.completeHostPages();
        scan.enterPostcopy();
        assertThat(given(1)).hasSize(8).startsWith("huge 0").endsWith("huge 7");
        assertThat(given(9)).hasSize(8).startsWith("huge 16").endsWith("huge 23");
    }

    @Test
    void whatIsRequestedComesBeforeTheScanAndTheScanGoesOnAfterIt() {
        dirty(small, 0, 1, 2, 3, 4, 5);
        scan.requested().add(new HostPages(small, 4, 5));
        HostPages asked = scan.nextRequested().orElseThrow();
        assertThat(asked).isEqualTo(new HostPages(small, 4));
        scan.give(asked, output);
        scan.continueAfter(asked);
        assertThat(output.pages).containsExactly("small 4");
        assertThat(scan.nextRequested()).isEmpty();
        assertThat(given(100))
                .containsExactly("small 5", "small 0", "small 1", "small 2", "small 3");
    }

    @Test
    void aRequestedPageOfAnotherChannelLeavesTheScanWhereItIs() {
        dirty(small, 0, 1, 2);
        scan.give(new HostPages(small, 1), output);
        scan.give(new HostPages(small, 6), output);
        assertThat(output.pages).containsExactly("small 1");
        assertThat(given(100)).containsExactly("small 0", "small 2");
    }

    /** The only dirty page is the last one; in front of it all were sent, or were never dirty. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void looksNoFurtherThanItIsAsked(boolean allSent) {
        RamBlockSpec spec = new RamBlockSpec("large", MANY_PAGES * 4096);
        try (GuestRam large = GuestRam.allocate(List.of(spec))) {
            PageScan wide = new PageScan(large);
            UnsentPages pages = wide.unsent();
            DirtyBitmap bitmap = pages.of(large.blocks().getFirst());
            bitmap.set(MANY_PAGES - 1);
            if (allSent) {
                bitmap.setAll();
                for (long page = 0; page < MANY_PAGES - 1; page++) {
                    bitmap.clear(page);
                }
            }
            for (long left = MANY_PAGES; left > PageScan.LOOK_PAGES; left -= PageScan.LOOK_PAGES) {
                assertThat(look(wide, pages)).isFalse();
            }
            assertThat(look(wide, pages)).isTrue();
            wide.give(output);
            assertThat(output.pages).containsExactly("large " + (MANY_PAGES - 1));
            assertThat(look(wide, pages)).isFalse();
        }
    }

    private static boolean look(PageScan scan, UnsentPages pages) {
        long before = pages.wordsLookedAt();
        boolean found = scan.look();
        assertThat(pages.wordsLookedAt() - before).isLessThan(PageScan.LOOK_PAGES / 64 + 10);
        return found;
    }

    @Test
    void beginsAnewAfterABreak() {
        dirty(small, 0, 5);
        assertThat(given(1)).containsExactly("small 0");
        dirty(small, 0);
        scan.restart();
        assertThat(given(100)).containsExactly("small 0", "small 5");
    }

    /** Notes what it is given. */
    private static final class Notes implements PageOutput {
        private final List<String> pages = new ArrayList<>();
        private int most = Integer.MAX_VALUE;
        private int flushes;

        @Override
        public boolean takesMore() {
            return pages.size() < most;
        }

        @Override
        public void write(RamBlock block, long page) {
            pages.add(block.idstr() + " " + page);
        }

        @Override
        public void flush() {
            flushes++;
        }
    }
}
