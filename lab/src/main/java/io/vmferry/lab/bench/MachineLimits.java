package io.vmferry.lab.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * What stands in the way of figures that miss their target: programs that do a single thing each,
 * on the same machine. None has a target; a figure cannot be better than its limit.
 */
final class MachineLimits {

    private final List<Double> read = new ArrayList<>();
    private final List<Double> start = new ArrayList<>();
    private final List<Double> state = new ArrayList<>();
    private final List<Double> pageMedian = new ArrayList<>();
    private final List<Double> pagePercentile99 = new ArrayList<>();
    private final long readBytes;

    private MachineLimits(long readBytes) {
        this.readBytes = readBytes;
    }

    static List<Figure> measure(BenchContext context) throws Exception {
        MachineLimits limits = new MachineLimits(context.scaled(4 * BenchContext.GIB));
        for (int run = 0; run < context.runs(); run++) {
            limits.run(context);
        }
        return limits.figures();
    }

    private void run(BenchContext context) throws Exception {
        read.add(ReadLoop.bytesPerSecond(context.folder(), readBytes) / BenchContext.GIB);
        start.add(BareStart.millis(context.folder()));
        ColdExchange.Times times = ColdExchange.measure(context.folder());
        state.add(times.stateNanos() / 1e6);
        pageMedian.add(times.medianNanos() / 1e3);
        pagePercentile99.add(times.percentile99Nanos() / 1e3);
        context.say(
                "read %.2f GiB/s, start %.0f ms, state %.2f ms, page %.0f us, 99 %% within %.0f us"
                        .formatted(
                                read.getLast(),
                                start.getLast(),
                                state.getLast(),
                                pageMedian.getLast(),
                                pagePercentile99.getLast()));
    }

    private List<Figure> figures() {
        String pages = "two cold JVMs, one thread each, that ask for pages and send them; ";
        return List.of(
                Figure.of(
                        "limit-zero-scan-touched",
                        "GiB/s",
                        read,
                        "one thread of a JVM that compares %d MiB of zeros with zeros"
                                .formatted(readBytes / BenchContext.MIB)),
                Figure.of(
                        "limit-startup",
                        "ms",
                        start,
                        "a JVM with the daemons' options, without an AOT cache, that listens by Netty"),
                Figure.of(
                        "limit-postcopy-downtime",
                        "ms",
                        state,
                        "two cold JVMs, one sends 1 MiB, the other copies and acknowledges it"),
                Figure.of("limit-fault-latency", "us", pageMedian, pages + "median of a run"),
                Figure.of(
                        "limit-fault-latency-p99",
                        "us",
                        pagePercentile99,
                        pages + "99th percentile of a run"));
    }
}
