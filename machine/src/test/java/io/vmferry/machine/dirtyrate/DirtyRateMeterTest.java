package io.vmferry.machine.dirtyrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmferry.machine.dirtyrate.DirtyRateFigures.DirtyRateMode;
import io.vmferry.machine.dirtyrate.DirtyRateMeter.DirtyRateArguments;
import io.vmferry.machine.link.EngineLoop;
import io.vmferry.machine.link.ManualLoop;
import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.memory.RamBlockSpec;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DirtyRateMeterTest {

    private static final long MEBIBYTE = 1 << 20;

    private final ManualLoop loop = new ManualLoop();
    private final Deque<Runnable> worker = new ArrayDeque<>();
    private GuestRam ram = GuestRam.allocate(List.of(new RamBlockSpec("ram", 16 * MEBIBYTE)));
    private DirtyRateMeter meter = meter();

    private DirtyRateMeter meter() {
        return new DirtyRateMeter(
                ram, loop, worker::add, () -> 5000 + loop.millis(), new SplittableRandom(4));
    }

    @AfterEach
    void unmap() {
        ram.close();
    }

    private void guestOf(RamBlockSpec... blocks) {
        ram.close();
        ram = GuestRam.allocate(List.of(blocks));
        meter = meter();
    }

    private void store(long page, int value) {
        RamBlock block = ram.blocks().getFirst();
        block.willStore(page);
        block.segment().set(ValueLayout.JAVA_BYTE, page << RamBlock.PAGE_SHIFT, (byte) value);
        block.stored(page);
    }

    private void start(DirtyRateMode mode, long millis, int pages) {
        meter.start(new DirtyRateArguments(mode, millis, pages));
    }

    private void work() {
        worker.remove().run();
        loop.advanceMillis(0);
    }

    private long measured() {
        assertThat(meter.figures().status()).isEqualTo(DirtyRateFigures.Status.MEASURED);
        return meter.figures().mebibytesPerSecond().orElseThrow();
    }

    @Test
    void nothingWasMeasuredYet() {
        assertThat(meter.figures()).isEqualTo(DirtyRateFigures.unstarted());
        assertThat(meter.measuring()).isFalse();
    }

    @Test
    void samplingReadsMemoryOnTheWorkerAndWaitsOnTheLoop() {
        loop.advanceMillis(7);
        start(DirtyRateMode.PAGE_SAMPLING, 500, 16_384);
        assertThat(meter.measuring()).isTrue();
        assertThat(meter.figures().startMillis()).isEqualTo(5007);
        assertThat(meter.figures().calcMillis()).isEqualTo(500);
        assertThat(meter.figures().samplePages()).isEqualTo(16_384);
        assertThat(meter.figures().mebibytesPerSecond()).isEmpty();
        assertThat(loop.idle()).as("the loop reads no page").isTrue();
        work();
        loop.advanceMillis(499);
        assertThat(worker).isEmpty();
        loop.advanceMillis(1);
        assertThat(worker).hasSize(1);
        assertThat(meter.measuring()).isTrue();
        work();
        assertThat(measured()).isZero();
        assertThat(meter.figures().startMillis()).isEqualTo(5007);
    }

    @Test
    void aMeasurementThatBreaksMakesRoomForAnother() {
        meter =
                new DirtyRateMeter(
                        ram,
                        loop,
                        worker::add,
                        () -> 5000,
                        () -> {
                            throw new StackOverflowError("for a test");
                        });
        start(DirtyRateMode.PAGE_SAMPLING, 500, 512);
        assertThatThrownBy(this::work).hasMessage("for a test");
        loop.advanceMillis(0);
        assertThat(meter.figures()).isEqualTo(DirtyRateFigures.unstarted());
    }

    @ParameterizedTest
    @EnumSource(names = {"PAGE_SAMPLING", "DIRTY_BITMAP"})
    void aMeasurementThatCannotBeginMakesRoomForAnother(DirtyRateMode mode) {
        EngineLoop noTimers =
                new EngineLoop() {
                    @Override
                    public long nanoTime() {
                        return 0;
                    }

                    @Override
                    public void execute(Runnable task) {
                        task.run();
                    }

                    @Override
                    public Timer schedule(long delayNanos, Runnable task) {
                        throw new OutOfMemoryError("for a test");
                    }
                };
        meter =
                new DirtyRateMeter(
                        ram, noTimers, Runnable::run, () -> 5000, new SplittableRandom(4));
        assertThatThrownBy(() -> start(mode, 500, 512)).hasMessage("for a test");
        assertThat(meter.measuring()).isFalse();
    }

    @Test
    void aMeasurementWithoutAThreadMakesRoomForAnother() {
        Executor oneThread =
                task -> {
                    if (!worker.isEmpty()) {
                        throw new OutOfMemoryError("unable to create native thread");
                    }
                    worker.add(task);
                };
        meter = new DirtyRateMeter(ram, loop, oneThread, () -> 5000, new SplittableRandom(4));
        start(DirtyRateMode.PAGE_SAMPLING, 500, 512);
        work();
        worker.add(() -> {});
        assertThatThrownBy(() -> loop.advanceMillis(500)).hasMessageContaining("native thread");
        assertThat(meter.measuring()).isFalse();
    }

    @Test
    void aGuestThatRewritesAllMemoryTwiceASecondIsSeenAsThat() {
        start(DirtyRateMode.PAGE_SAMPLING, 500, 16_384);
        work();
        for (long page = 0; page < ram.pageCount(); page++) {
            store(page, 1);
        }
        loop.advanceMillis(500);
        work();
        assertThat(measured()).as("16 MiB in 500 ms").isEqualTo(32);
    }

    @Test
    void pagesThatKeepTheirContentAreNotDirty() {
        for (long page = 0; page < ram.pageCount(); page++) {
            store(page, 9);
        }
        start(DirtyRateMode.PAGE_SAMPLING, 1000, 512);
        work();
        for (long page = 0; page < ram.pageCount(); page++) {
            store(page, 9);
        }
        loop.advanceMillis(1000);
        work();
        assertThat(measured()).isZero();
    }

    @Test
    void halfOfTheMemoryIsFoundByChance() {
        start(DirtyRateMode.PAGE_SAMPLING, 1000, 16_384);
        work();
        for (long page = 0; page < ram.pageCount(); page += 2) {
            store(page, 1);
        }
        loop.advanceMillis(1000);
        work();
        assertThat(measured()).as("MiB/s by a sample of 256 with seed 4").isBetween(6L, 10L);
    }

    @Test
    void aMeasurementThatWasLateSaysHowLongItTook() {
        start(DirtyRateMode.PAGE_SAMPLING, 100, 512);
        loop.advanceMillis(300);
        work();
        loop.advanceMillis(0);
        work();
        assertThat(meter.figures().calcMillis()).isEqualTo(300);
    }

    @Test
    void blocksTooSmallToBeRamAreLeftOut() {
        guestOf(new RamBlockSpec("rom", PageSample.SMALLEST_BLOCK_BYTES - 4096));
        start(DirtyRateMode.PAGE_SAMPLING, 1000, 16_384);
        work();
        loop.advanceMillis(1000);
        work();
        assertThat(measured()).as("QEMU's value for nothing to sample").isEqualTo(-1);

        guestOf(new RamBlockSpec("ram", PageSample.SMALLEST_BLOCK_BYTES));
        start(DirtyRateMode.PAGE_SAMPLING, 1000, 16_384);
        work();
        loop.advanceMillis(1000);
        work();
        assertThat(measured()).isZero();
    }

    @Test
    void theBitmapCountsEachPageOnceAndLeavesTheMigrationItsLog() {
        store(1, 1);
        start(DirtyRateMode.DIRTY_BITMAP, 250, 0);
        for (int round = 0; round < 3; round++) {
            for (long page = 0; page < 1024; page++) {
                store(page, round);
            }
            // a migration clears the dirty log in between
            ram.blocks().getFirst().dirtyLog().clearAll();
        }
        loop.advanceMillis(250);
        assertThat(measured()).as("4 MiB in 250 ms").isEqualTo(16);
        assertThat(meter.figures().samplePages()).isZero();
        assertThat(worker).isEmpty();

        store(2000, 1);
        assertThat(ram.blocks().getFirst().dirtyLog().cardinality()).isEqualTo(1);
        start(DirtyRateMode.DIRTY_BITMAP, 1000, 0);
        loop.advanceMillis(1000);
        assertThat(measured()).as("without the stores before the start").isZero();
    }

    @Test
    void oneMeasurementAtATime() {
        start(DirtyRateMode.DIRTY_BITMAP, 100, 0);
        assertThatThrownBy(() -> start(DirtyRateMode.PAGE_SAMPLING, 100, 512))
                .isInstanceOf(IllegalStateException.class);
        loop.advanceMillis(100);
        start(DirtyRateMode.PAGE_SAMPLING, 100, 512);
        assertThat(meter.measuring()).isTrue();
    }

    @Test
    void thereIsNoDirtyRing() {
        assertThatThrownBy(() -> start(DirtyRateMode.DIRTY_RING, 100, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(meter.measuring()).isFalse();
    }
}
