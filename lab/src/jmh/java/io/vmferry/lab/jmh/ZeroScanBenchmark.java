package io.vmferry.lab.jmh;

import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.memory.RamBlockSpec;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The detection of zero pages in 16 MiB of guest RAM, per page. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ZeroScanBenchmark {

    private static final int PAGES = 1 << 12;

    /** The content of every page; a last byte that is set is the longest search. */
    public enum Content {
        UNTOUCHED,
        ZERO,
        FIRST_BYTE_SET,
        LAST_BYTE_SET
    }

    @Param public Content content;

    private GuestRam ram;
    private RamBlock block;

    @Setup
    public void fill() {
        ram = GuestRam.allocate(List.of(new RamBlockSpec("ram", PAGES * 4096L)));
        block = ram.blocks().getFirst();
        for (long page = 0; page < PAGES && content != Content.UNTOUCHED; page++) {
            block.willStore(page);
            switch (content) {
                case FIRST_BYTE_SET ->
                        block.segment().set(ValueLayout.JAVA_BYTE, page * 4096, (byte) 1);
                case LAST_BYTE_SET ->
                        block.segment().set(ValueLayout.JAVA_BYTE, page * 4096 + 4095, (byte) 1);
                default -> block.segment().set(ValueLayout.JAVA_BYTE, page * 4096, (byte) 0);
            }
            block.stored(page);
        }
    }

    @TearDown
    public void free() {
        ram.close();
    }

    @Benchmark
    @OperationsPerInvocation(PAGES)
    public int zeroPages() {
        int zeros = 0;
        for (long page = 0; page < PAGES; page++) {
            if (block.isZero(page)) {
                zeros++;
            }
        }
        return zeros;
    }
}
