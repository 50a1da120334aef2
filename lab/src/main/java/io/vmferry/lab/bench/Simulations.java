package io.vmferry.lab.bench;

import io.vmferry.lab.process.ChildProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The rate of simulated migrations on two threads, and the heap that is in use after them. */
final class Simulations {

    private static final double MARK_PER_MINUTE = 15_000;
    private static final double MARK_HEAP_MIB = 16;
    private static final long MIGRATIONS = 4000;
    private static final double NANOS_PER_MINUTE = 60e9;

    private final BenchContext context;
    private final List<Double> perMinute = new ArrayList<>();
    private final List<Double> heapMebibytes = new ArrayList<>();
    private final List<Double> growthMebibytes = new ArrayList<>();

    private Simulations(BenchContext context) {
        this.context = context;
    }

    static List<Figure> measure(BenchContext context) throws Exception {
        Simulations simulations = new Simulations(context);
        for (int run = 0; run < context.runs(); run++) {
            simulations.run();
        }
        return simulations.figures();
    }

    private List<Figure> figures() {
        String how =
                "%d random migrations on %d threads of a cold JVM, half of them with postcopy"
                        .formatted(count(), RandomRuns.THREADS);
        return List.of(
                Figure.of("simulations", "/min", perMinute, how).atLeast(MARK_PER_MINUTE),
                Figure.of(
                                "simulations-heap",
                                "MiB",
                                heapMebibytes,
                                "heap in use after all and a collection; " + how)
                        .atMost(MARK_HEAP_MIB),
                Figure.of(
                        "simulations-heap-growth",
                        "MiB",
                        growthMebibytes,
                        "heap in use after all, minus that after the first quarter; " + how));
    }

    private long count() {
        return context.scaled(MIGRATIONS);
    }

    private void run() throws Exception {
        long nanos = 0;
        List<Double> used = new ArrayList<>();
        try (ChildProcess child =
                ChildProcess.start(context.folder(), "simulations", command(count()))) {
            for (int quarter = 1; quarter <= RandomRuns.QUARTERS; quarter++) {
                Pattern line =
                        Pattern.compile(
                                "quarter %d took (\\d+) ns, used (\\d+)".formatted(quarter));
                Matcher took = child.awaitLine(line);
                nanos += Long.parseLong(took.group(1));
                used.add((double) Long.parseLong(took.group(2)) / BenchContext.MIB);
            }
        }
        perMinute.add(count() * NANOS_PER_MINUTE / nanos);
        heapMebibytes.add(used.getLast());
        growthMebibytes.add(used.getLast() - used.getFirst());
        context.say(
                "%.0f a minute; heap in use after each quarter %s MiB"
                        .formatted(
                                perMinute.getLast(),
                                used.stream().map("%.2f"::formatted).toList()));
    }

    /**
     * With the options of {@code scripts/matrix}, and without the logs of the simulated daemons.
     */
    private static List<String> command(long count) {
        List<String> options =
                List.of(
                        "-Xmx512m",
                        "-XX:+UseParallelGC",
                        "-XX:Tier4InvocationThreshold=20000",
                        "-XX:Tier4MinInvocationThreshold=2400",
                        "-XX:Tier4CompileThreshold=60000",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dio.netty.maxDirectMemory=0",
                        "-Dio.netty.allocator.type=unpooled",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=off");
        return BareJvm.command(options, RandomRuns.class, count);
    }
}
