package io.vmferry.machine.dirtyrate;

import io.vmferry.machine.dirtyrate.DirtyRateFigures.DirtyRateMode;
import io.vmferry.machine.link.EngineLoop;
import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.PageBitmap;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.profile.Trait;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Measures the guest's dirty rate, one measurement at a time. Confined to the engine's loop, which
 * only starts and ends a measurement.
 *
 * <p>Mode dirty-bitmap has the RAM blocks keep a second log: harvesting the dirty log itself would
 * hide pages from a running migration.
 */
public final class DirtyRateMeter {

    private static final long BYTES_PER_MEBIBYTE = 1 << 20;

    private final GuestRam ram;
    private final EngineLoop loop;
    private final Executor worker;
    private final LongSupplier clockMillis;
    private final RandomGenerator random;
    private DirtyRateFigures figures = DirtyRateFigures.unstarted();

    /**
     * A meter with a thread for each measurement.
     *
     * @param profile has a time of day for {@code start-time}, or that since the host's start
     */
    public DirtyRateMeter(GuestRam ram, EngineLoop loop, Profile profile) {
        this(
                ram,
                loop,
                task -> Thread.ofPlatform().daemon().name("get_dirtyrate").start(task),
                profile.has(Trait.DIRTY_RATE_MILLIS)
                        ? System::currentTimeMillis
                        : () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()),
                RandomGenerator.getDefault());
    }

    /**
     * The same where the caller says who does the work and which pages are looked at.
     *
     * @param clockMillis the clock of {@code start-time}
     */
    public DirtyRateMeter(
            GuestRam ram,
            EngineLoop loop,
            Executor worker,
            LongSupplier clockMillis,
            RandomGenerator random) {
        this.ram = ram;
        this.loop = loop;
        this.worker = worker;
        this.clockMillis = clockMillis;
        this.random = random;
    }

    /** The last measurement, which may be under way. */
    public DirtyRateFigures figures() {
        return figures;
    }

    /** Whether a measurement is under way, so that another one has to wait. */
    public boolean measuring() {
        return figures.status() == DirtyRateFigures.Status.MEASURING;
    }

    /**
     * Begins a measurement. None is under way.
     *
     * @throws IllegalArgumentException for mode dirty-ring: there is no KVM here
     */
    public void start(DirtyRateArguments arguments) {
        if (measuring()) {
            throw new IllegalStateException("A dirty rate is being measured already");
        }
        try {
            switch (arguments.mode()) {
                case PAGE_SAMPLING -> {
                    begin(arguments);
                    sample(arguments);
                }
                case DIRTY_BITMAP -> {
                    begin(arguments);
                    watch(arguments);
                }
                case DIRTY_RING -> throw new IllegalArgumentException("No KVM, no dirty ring");
            }
        } catch (Throwable notBegun) {
            abandon();
            throw notBegun;
        }
    }

    /** Ends a measurement that throws, so that the next one is not refused. */
    private void abandon() {
        ram.blocks().forEach(RamBlock::unwatchStores);
        figures = DirtyRateFigures.unstarted();
    }

    private void begin(DirtyRateArguments arguments) {
        figures =
                new DirtyRateFigures(
                        DirtyRateFigures.Status.MEASURING,
                        arguments.mode(),
                        OptionalLong.empty(),
                        clockMillis.getAsLong(),
                        arguments.calcMillis(),
                        arguments.samplePages());
    }

    // ---- page-sampling

    private void sample(DirtyRateArguments arguments) {
        long startNanos = loop.nanoTime();
        work(() -> {
            PageSample sample = PageSample.take(ram, arguments.samplePages(), random);
            loop.execute(() -> {
                long takenNanos = loop.nanoTime() - startNanos;
                long leftNanos = millisToNanos(arguments.calcMillis()) - takenNanos;
                loop.schedule(
                        Math.max(0, leftNanos), () -> workLater(() -> compare(sample, startNanos)));
            });
        });
    }

    private void work(Runnable task) {
        worker.execute(() -> {
            try {
                task.run();
            } catch (Throwable bug) {
                loop.execute(this::abandon);
                throw bug;
            }
        });
    }

    /** The same from a timer, where nobody else sees that there is no thread. */
    private void workLater(Runnable task) {
        try {
            work(task);
        } catch (Throwable noThread) {
            abandon();
            throw noThread;
        }
    }

    private void compare(PageSample sample, long startNanos) {
        long millis = millisSince(startNanos);
        OptionalLong rate = sample.mebibytesPerSecond(millis);
        // QEMU says -1 when a guest has nothing to sample
        loop.execute(() -> end(rate.orElse(-1), millis, figures.samplePages()));
    }

    // ---- dirty-bitmap

    private void watch(DirtyRateArguments arguments) {
        long startNanos = loop.nanoTime();
        List<PageBitmap> logs = ram.blocks().stream().map(RamBlock::watchStores).toList();
        loop.schedule(
                millisToNanos(arguments.calcMillis()),
                () -> {
                    ram.blocks().forEach(RamBlock::unwatchStores);
                    long millis = millisSince(startNanos);
                    long pages = logs.stream().mapToLong(PageBitmap::cardinality).sum();
                    long mebibytes = (pages << RamBlock.PAGE_SHIFT) / BYTES_PER_MEBIBYTE;
                    end(mebibytes * 1000 / millis, millis, 0);
                });
    }

    private void end(long mebibytesPerSecond, long millis, long samplePages) {
        figures =
                new DirtyRateFigures(
                        DirtyRateFigures.Status.MEASURED,
                        figures.mode(),
                        OptionalLong.of(mebibytesPerSecond),
                        figures.startMillis(),
                        millis,
                        samplePages);
    }

    /** At least 1, as the shortest measurement takes longer. */
    private long millisSince(long startNanos) {
        return Math.max(1, TimeUnit.NANOSECONDS.toMillis(loop.nanoTime() - startNanos));
    }

    private static long millisToNanos(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }

    /**
     * One measurement that is asked for.
     *
     * @param samplePages pages to sample per GiB; without meaning in other modes than page-sampling
     */
    public record DirtyRateArguments(DirtyRateMode mode, long calcMillis, int samplePages) {}
}
