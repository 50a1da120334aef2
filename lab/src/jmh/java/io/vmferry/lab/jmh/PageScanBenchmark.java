package io.vmferry.lab.jmh;

import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.memory.RamBlockSpec;
import io.vmferry.source.outgoing.ram.PageOutput;
import io.vmferry.source.outgoing.ram.PageScan;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The scan for dirty pages: one pass over a guest of 1 GiB whose pages are all dirty, per page. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PageScanBenchmark {

    private static final int PAGES = 1 << 18;

    private GuestRam ram;
    private PageScan scan;
    private final Counter output = new Counter();

    /** Takes every page and counts it. */
    private static final class Counter implements PageOutput {
        private long pages;

        @Override
        public void write(RamBlock block, long page) {
            pages++;
        }
    }

    @Setup
    public void allocate() {
        ram = GuestRam.allocate(List.of(new RamBlockSpec("ram", PAGES * 4096L)));
        scan = new PageScan(ram);
    }

    @Setup(Level.Invocation)
    public void dirtyAll() {
        scan.unsent().addAll();
        scan.restart();
    }

    @TearDown
    public void free() {
        ram.close();
    }

    @Benchmark
    @OperationsPerInvocation(PAGES)
    public long pass() {
        long before = output.pages;
        scan.give(output);
        if (output.pages - before != PAGES) {
            throw new IllegalStateException(
                    "Expected %d pages, got %d".formatted(PAGES, output.pages - before));
        }
        return output.pages;
    }
}
