package io.vmferry.machine.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageBitmapTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 63, 64, 65, 200, 1000})
    void doesWhatABitSetDoes(int pages) {
        long seed = 7_001L + pages;
        SplittableRandom random = new SplittableRandom(seed);
        PageBitmap bitmap = new PageBitmap(pages);
        BitSet model = new BitSet(pages);
        for (int i = 0; i < 500; i++) {
            int a = random.nextInt(pages);
            int b = a + random.nextInt(pages - a + 1);
            switch (random.nextInt(8)) {
                case 0 -> {
                    bitmap.set(a);
                    model.set(a);
                }
                case 1 -> {
                    assertThat(bitmap.testAndSet(a)).isEqualTo(model.get(a));
                    model.set(a);
                }
                case 2 -> {
                    assertThat(bitmap.clear(a)).isEqualTo(model.get(a));
                    model.clear(a);
                }
                case 3 -> {
                    bitmap.setRange(a, b);
                    model.set(a, b);
                }
                case 4 -> {
                    bitmap.clearRange(a, b);
                    model.clear(a, b);
                }
                case 5 -> {
                    bitmap.setSticky(a);
                    model.set(a);
                }
                case 6 -> {
                    int word = a >>> 6;
                    bitmap.takeWord(word);
                    model.clear(word << 6, Math.min(pages, (word + 1) << 6));
                }
                default -> {
                    assertThat(bitmap.nextSet(a)).isEqualTo(model.nextSetBit(a));
                    assertThat(bitmap.nextClear(a))
                            .isEqualTo(Math.min(pages, model.nextClearBit(a)));
                }
            }
            assertThat(bitmap.cardinality()).as("seed %d", seed).isEqualTo(model.cardinality());
        }
        for (int page = 0; page < pages; page++) {
            assertThat(bitmap.get(page))
                    .as("seed %d page %d", seed, page)
                    .isEqualTo(model.get(page));
        }
    }

    @Test
    void neverHoldsABitBeyondTheLastPage() {
        PageBitmap bitmap = new PageBitmap(70);
        bitmap.setRange(0, 70);
        assertThat(bitmap.cardinality()).isEqualTo(70);
        assertThat(bitmap.takeWord(1)).isEqualTo(0b111111);
        bitmap.setRange(64, 70);
        assertThat(bitmap.word(1)).isEqualTo(0b111111);
        assertThat(bitmap.nextClear(0)).isEqualTo(70);
        assertThat(bitmap.nextSet(70)).isEqualTo(-1);
    }

    @Test
    void refusesRangesOutside() {
        PageBitmap bitmap = new PageBitmap(10);
        assertThatThrownBy(() -> bitmap.setRange(5, 11))
                .isInstanceOf(IndexOutOfBoundsException.class)
                .hasMessage("Pages 5 to 11 are not all within 0 to 10");
    }

    @Test
    void harvestAndSetNeverLoseABit() throws InterruptedException {
        int pages = 256;
        int rounds = 20_000;
        PageBitmap bitmap = new PageBitmap(pages);
        AtomicLong newlySet = new AtomicLong();
        Thread setter =
                Thread.ofPlatform()
                        .start(() -> {
                            SplittableRandom random = new SplittableRandom(3);
                            for (int i = 0; i < rounds; i++) {
                                if (!bitmap.testAndSet(random.nextInt(pages))) {
                                    newlySet.incrementAndGet();
                                }
                            }
                        });
        long harvested = 0;
        while (setter.isAlive()) {
            harvested += harvest(bitmap);
        }
        setter.join();
        harvested += harvest(bitmap);
        assertThat(harvested).isEqualTo(newlySet.get());
    }

    private static long harvest(PageBitmap bitmap) {
        long sum = 0;
        for (int word = 0; word < bitmap.wordCount(); word++) {
            sum += Long.bitCount(bitmap.takeWord(word));
        }
        return sum;
    }

    /** The words that are sent are a copy, with no bits set after the last page. */
    @Test
    void itsWordsAreACopy() {
        PageBitmap bitmap = new PageBitmap(70);
        bitmap.set(0);
        bitmap.set(63);
        bitmap.set(69);
        long[] words = bitmap.toWords();
        assertThat(words).containsExactly(1L << 63 | 1, 1L << 5);
        bitmap.set(1);
        words[1] = 0;
        assertThat(bitmap.toWords()).containsExactly(1L << 63 | 3, 1L << 5);
    }
}
