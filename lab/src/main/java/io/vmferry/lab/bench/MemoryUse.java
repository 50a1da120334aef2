package io.vmferry.lab.bench;

import io.vmferry.lab.process.ProcessMemory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What the daemons need besides the guest's RAM, for a dense guest and for a sparse one. */
final class MemoryUse {

    private static final double MARK_OVERHEAD_MIB = 200;
    private static final double MARK_HEAP_MIB = 128;
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private final Stand stand;
    private final long bytes;
    private final long contentBytes;
    private final List<Double> sourceOverhead = new ArrayList<>();
    private final List<Double> destinationOverhead = new ArrayList<>();
    private final List<Double> sourceHeap = new ArrayList<>();
    private final List<Double> destinationHeap = new ArrayList<>();
    private long maxHeapBytes;

    private MemoryUse(Stand stand, long bytes, long contentBytes) {
        this.stand = stand;
        this.bytes = bytes;
        this.contentBytes = contentBytes;
    }

    /** A guest that is full of random content. */
    static List<Figure> dense(Stand stand) throws Exception {
        long bytes = stand.scaled(2 * Stand.GIB);
        var use = new MemoryUse(stand, bytes, bytes);
        use.measure();
        List<Figure> figures = new ArrayList<>(use.overhead("memory"));
        figures.addAll(use.heap("memory"));
        return figures;
    }

    /** A large guest with little in it. */
    static List<Figure> sparse(Stand stand) throws Exception {
        var use = new MemoryUse(stand, stand.scaled(64 * Stand.GIB), stand.scaled(Stand.GIB));
        use.measure();
        return use.overhead("sparse-64g");
    }

    private void measure() throws Exception {
        String workload = "idle,zero=0,compressible=0,boot=" + contentBytes;
        for (int run = 0; run < stand.runs(); run++) {
            try (Pair pair = Pair.ours(stand, bytes, workload)) {
                Report report =
                        pair.migrate(0, LIMIT)
                                .orElseThrow(
                                        () -> new AssertionError("Not completed within " + LIMIT));
                JavaHeap atSource = JavaHeap.of(stand, pair.sourcePid());
                JavaHeap atDestination = JavaHeap.of(stand, pair.destinationPid());
                maxHeapBytes = Math.max(atSource.maxBytes(), atDestination.maxBytes());
                sourceHeap.add(mebibytes(atSource.committedBytes()));
                destinationHeap.add(mebibytes(atDestination.committedBytes()));
                sourceOverhead.add(overheadOf(pair.sourcePid()));
                destinationOverhead.add(overheadOf(pair.destinationPid()));
                stand.say(
                        "beside guest RAM: source %.0f MiB, destination %.0f MiB; %d ms"
                                .formatted(
                                        sourceOverhead.getLast(),
                                        destinationOverhead.getLast(),
                                        report.totalMillis()));
            }
        }
    }

    private double overheadOf(long pid) throws Exception {
        return mebibytes(ProcessMemory.peakResidentBytes(pid) - contentBytes);
    }

    private static double mebibytes(long bytes) {
        return (double) bytes / Stand.MIB;
    }

    private List<Figure> overhead(String name) {
        String note =
                "peak resident memory (VmHWM) of the %s minus %d MiB of touched guest RAM; guest of %d MiB, random content"
                        .formatted("%s", contentBytes / Stand.MIB, bytes / Stand.MIB);
        Mark mark = Mark.atMost(MARK_OVERHEAD_MIB);
        return List.of(
                Figure.marked(
                        name + "-source",
                        "MiB",
                        new Samples(sourceOverhead),
                        mark,
                        note.formatted("source")),
                Figure.marked(
                        name + "-destination",
                        "MiB",
                        new Samples(destinationOverhead),
                        mark,
                        note.formatted("destination")));
    }

    private List<Figure> heap(String name) {
        String note =
                "Java heap of the %s, committed when the migration has completed; the launcher allows %.0f MiB"
                        .formatted("%s", mebibytes(maxHeapBytes));
        Mark mark = Mark.atMost(MARK_HEAP_MIB);
        return List.of(
                Figure.marked(
                        name + "-heap-source",
                        "MiB",
                        new Samples(sourceHeap),
                        mark,
                        note.formatted("source")),
                Figure.marked(
                        name + "-heap-destination",
                        "MiB",
                        new Samples(destinationHeap),
                        mark,
                        note.formatted("destination")));
    }
}
