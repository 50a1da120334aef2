package io.vmferry.lab.bench;

import io.vmferry.lab.process.ChildProcess;
import java.util.ArrayList;
import java.util.List;

/** The memory of the daemons besides the guest's RAM, for a dense and for a sparse guest. */
final class MemoryUse {

    private static final double MARK_OVERHEAD_MIB = 95;
    private static final double MARK_SPARSE_OVERHEAD_MIB = 130;
    private static final double MARK_HEAP_MIB = 128;

    private final BenchContext context;
    private final long bytes;
    private final long contentBytes;
    private final List<Double> sourceOverhead = new ArrayList<>();
    private final List<Double> destinationOverhead = new ArrayList<>();
    private final List<Double> sourceHeap = new ArrayList<>();
    private final List<Double> destinationHeap = new ArrayList<>();
    private long maxHeapBytes;

    private MemoryUse(BenchContext context, long bytes, long contentBytes) {
        this.context = context;
        this.bytes = bytes;
        this.contentBytes = contentBytes;
    }

    /** A guest that is full of random content. */
    static List<Figure> dense(BenchContext context) throws Exception {
        long bytes = context.scaled(2 * BenchContext.GIB);
        var use = new MemoryUse(context, bytes, bytes);
        use.measure();
        List<Figure> figures = new ArrayList<>(use.overhead("memory", MARK_OVERHEAD_MIB));
        figures.addAll(use.heap("memory"));
        return figures;
    }

    /** A large guest with little in it. */
    static List<Figure> sparse(BenchContext context) throws Exception {
        var use =
                new MemoryUse(
                        context,
                        context.scaled(64 * BenchContext.GIB),
                        context.scaled(BenchContext.GIB));
        use.measure();
        return use.overhead("sparse-64g", MARK_SPARSE_OVERHEAD_MIB);
    }

    private void measure() throws Exception {
        String workload = "idle,zero=0,compressible=0,boot=" + contentBytes;
        for (int run = 0; run < context.runs(); run++) {
            try (MeasuredPair pair = MeasuredPair.ours(context, bytes, workload)) {
                MeasuredPair.Report report = pair.migrate();
                JavaHeap atSource = JavaHeap.of(context, pair.sourceProcess());
                JavaHeap atDestination = JavaHeap.of(context, pair.destinationProcess());
                maxHeapBytes = Math.max(atSource.maxBytes(), atDestination.maxBytes());
                sourceHeap.add(mebibytes(atSource.committedBytes()));
                destinationHeap.add(mebibytes(atDestination.committedBytes()));
                sourceOverhead.add(overheadOf(pair.sourceProcess()));
                destinationOverhead.add(overheadOf(pair.destinationProcess()));
                context.say(
                        "beside guest RAM: source %.0f MiB, destination %.0f MiB; %d ms"
                                .formatted(
                                        sourceOverhead.getLast(),
                                        destinationOverhead.getLast(),
                                        report.totalMillis()));
            }
        }
    }

    private double overheadOf(ChildProcess process) throws Exception {
        return mebibytes(process.peakResidentBytes() - contentBytes);
    }

    private static double mebibytes(long bytes) {
        return (double) bytes / BenchContext.MIB;
    }

    private List<Figure> overhead(String name, double mark) {
        String note =
                "peak resident memory (VmHWM) of the %s minus %d MiB of touched guest RAM; guest of %d MiB, random content"
                        .formatted("%s", contentBytes / BenchContext.MIB, bytes / BenchContext.MIB);
        return both(name, sourceOverhead, destinationOverhead, mark, note);
    }

    private List<Figure> heap(String name) {
        String note =
                "Java heap of the %s, committed when the migration has completed; the launcher allows %.0f MiB"
                        .formatted("%s", mebibytes(maxHeapBytes));
        return both(name + "-heap", sourceHeap, destinationHeap, MARK_HEAP_MIB, note);
    }

    private static List<Figure> both(
            String name, List<Double> source, List<Double> destination, double mark, String note) {
        return List.of(
                Figure.of(name + "-source", "MiB", source, note.formatted("source")).atMost(mark),
                Figure.of(name + "-destination", "MiB", destination, note.formatted("destination"))
                        .atMost(mark));
    }
}
