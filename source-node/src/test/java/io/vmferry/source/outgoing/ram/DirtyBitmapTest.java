package io.vmferry.source.outgoing.ram;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.memory.PageBitmap;
import io.vmferry.protocol.returnpath.ReceivedBitmap;
import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DirtyBitmapTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 63, 64, 65, 128, 1000})
    void allPagesAreDirtyAndNoMore(int pages) {
        DirtyBitmap dirty = new DirtyBitmap(pages);
        assertThat(dirty.dirtyPages()).isZero();
        assertThat(dirty.nextDirty(0)).isEqualTo(-1);
        dirty.setAll();
        assertThat(dirty.dirtyPages()).isEqualTo(pages);
        for (int page = 0; page < pages; page++) {
            assertThat(dirty.nextDirty(page)).isEqualTo(page);
        }
        assertThat(dirty.nextDirty(pages)).isEqualTo(-1);
        assertThat(dirty.nextDirty(pages + 64)).isEqualTo(-1);
    }

    @Test
    void behavesLikeASetOfPages() {
        for (long seed = 0; seed < 200; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int pages = random.nextInt(1, 300);
            DirtyBitmap dirty = new DirtyBitmap(pages);
            BitSet model = new BitSet();
            for (int step = 0; step < 100; step++) {
                change(dirty, model, pages, random, seed);
                int from = random.nextInt(pages + 1);
                assertThat(dirty.nextDirty(from))
                        .as("seed %d", seed)
                        .isEqualTo(model.nextSetBit(from));
                assertThat(dirty.nextClean(from))
                        .as("seed %d", seed)
                        .isEqualTo(Math.min(model.nextClearBit(from), pages));
                assertThat(dirty.dirtyPages()).as("seed %d", seed).isEqualTo(model.cardinality());
            }
        }
    }

    @Test
    void countsRunsAndLeavesOutWhatWasListed() {
        for (long seed = 0; seed < 200; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int pages = random.nextInt(1, 300);
            DirtyBitmap dirty = new DirtyBitmap(pages);
            BitSet listed = new BitSet();
            BitSet model = new BitSet();
            for (int step = 0; step < 100; step++) {
                int page = random.nextInt(pages);
                dirty.set(page);
                model.set(page);
                if (random.nextInt(20) == 0) {
                    dirty.list();
                    listed.or(model);
                }
                BitSet rest = (BitSet) model.clone();
                rest.andNot(listed);
                assertSame(dirty.unlisted(), rest, seed);
                assertSame(dirty, model, seed);
            }
        }
    }

    private static void assertSame(DirtyBitmap dirty, BitSet model, long seed) {
        long runs = model.stream().filter(page -> page == 0 || !model.get(page - 1)).count();
        assertThat(dirty.runs()).as("seed %d", seed).isEqualTo(runs);
        assertThat(dirty.dirtyPages()).as("seed %d", seed).isEqualTo(model.cardinality());
        for (int page = 0; page <= model.length(); page++) {
            assertThat(dirty.nextDirty(page)).as("seed %d", seed).isEqualTo(model.nextSetBit(page));
        }
    }

    /** Groups of 4096 pages that are empty, become empty, or get a page again. */
    @Test
    void findsWhatIsDirtyWithinALimitInManyGroups() {
        for (long seed = 0; seed < 50; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int pages = random.nextInt(1, 40_000);
            DirtyBitmap dirty = new DirtyBitmap(pages);
            BitSet model = new BitSet();
            for (int step = 0; step < 200; step++) {
                changeAFew(dirty, model, pages, random);
                int from = random.nextInt(pages + 1);
                int limit = random.nextInt(pages + 1);
                int next = model.nextSetBit(from);
                assertThat(dirty.nextDirty(from)).as("seed %d", seed).isEqualTo(next);
                assertThat(dirty.nextDirty(from, limit))
                        .as("seed %d", seed)
                        .isEqualTo(next < limit ? next : -1);
            }
        }
    }

    private static void changeAFew(
            DirtyBitmap dirty, BitSet model, int pages, SplittableRandom random) {
        int page = random.nextInt(pages);
        switch (random.nextInt(6)) {
            case 0 -> {
                dirty.set(page);
                model.set(page);
            }
            case 1 -> {
                PageBitmap log = new PageBitmap(pages);
                log.set(page);
                dirty.mergeAndClear(log);
                model.set(page);
            }
            case 2 -> {
                PageBitmap received = new PageBitmap(pages);
                received.setRange(0, pages);
                received.clear(page);
                dirty.complement(ReceivedBitmap.copyOf(received.toWords()));
                model.clear();
                model.set(page);
            }
            default -> {
                long first = dirty.nextDirty(page);
                if (first >= 0) {
                    dirty.clear(first);
                    model.clear((int) first);
                }
            }
        }
    }

    /** 64 GiB: a destination may ask for what it has as often as it likes. */
    @Test
    void whatWasLookedForInVainIsNotLookedForAgain() {
        PageBitmap received = new PageBitmap(1 << 24);
        received.setRange(0, 1 << 24);
        DirtyBitmap dirty = new DirtyBitmap(1 << 24);
        dirty.complement(ReceivedBitmap.copyOf(received.toWords()));
        assertThat(dirty.nextDirty(0)).isEqualTo(-1);
        assertThat(dirty.wordsLookedAt()).isEqualTo(1 << 18);
        for (int i = 0; i < 1000; i++) {
            assertThat(dirty.nextDirty(i)).isEqualTo(-1);
        }
        assertThat(dirty.wordsLookedAt() - (1 << 18)).isLessThan(1000 * 65);
    }

    @Test
    void nothingPastTheLimitIsLookedAt() {
        DirtyBitmap dirty = new DirtyBitmap(1 << 24);
        dirty.set((1 << 24) - 1);
        assertThat(dirty.nextDirty(70, 71)).isEqualTo(-1);
        assertThat(dirty.nextDirty(512, 1024)).isEqualTo(-1);
        assertThat(dirty.nextDirty(5, 5)).isEqualTo(-1);
        assertThat(dirty.wordsLookedAt()).isEqualTo(1 + 8);
    }

    /** Whatever was dirty before, and whatever stands after the last page. */
    @Test
    void afterABreakAllThatHasNotComeIsDirtyAndNothingElse() {
        for (long seed = 0; seed < 200; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int pages = random.nextInt(1, 300);
            DirtyBitmap dirty = new DirtyBitmap(pages);
            if (random.nextBoolean()) {
                dirty.setAll();
            }
            long[] words = random.longs((pages + 63) / 64).toArray();
            dirty.complement(ReceivedBitmap.copyOf(words));
            BitSet missing = new BitSet();
            missing.set(0, pages);
            missing.andNot(BitSet.valueOf(words));
            assertThat(dirty.dirtyPages()).as("seed %d", seed).isEqualTo(missing.cardinality());
            for (int page = 0; page < pages; page++) {
                assertThat(dirty.nextDirty(page, page + 1) == page)
                        .as("page %d, seed %d", page, seed)
                        .isEqualTo(missing.get(page));
            }
            assertThat(dirty.nextDirty(missing.length())).as("seed %d", seed).isEqualTo(-1);
        }
    }

    private static void change(
            DirtyBitmap dirty, BitSet model, int pages, SplittableRandom random, long seed) {
        switch (random.nextInt(10)) {
            case 0 -> {
                dirty.setAll();
                model.set(0, pages);
            }
            case 8, 9 -> {
                int page = random.nextInt(pages);
                dirty.set(page);
                model.set(page);
                assertThat(dirty.nextDirty(page, page + 1) == page).as("seed %d", seed).isTrue();
            }
            case 1, 2, 3 -> {
                PageBitmap log = new PageBitmap(pages);
                int before = model.cardinality();
                int count = random.nextInt(20);
                for (int i = 0; i < count; i++) {
                    int page = random.nextInt(pages);
                    log.set(page);
                    model.set(page);
                }
                assertThat(dirty.mergeAndClear(log))
                        .as("newly dirty, seed %d", seed)
                        .isEqualTo(model.cardinality() - before);
                assertThat(log.cardinality()).as("left in the log, seed %d", seed).isZero();
            }
            default -> {
                long page = dirty.nextDirty(random.nextInt(pages));
                if (page >= 0) {
                    dirty.clear(page);
                    model.clear((int) page);
                }
            }
        }
    }
}
