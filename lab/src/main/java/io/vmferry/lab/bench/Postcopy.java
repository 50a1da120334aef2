package io.vmferry.lab.bench;

import io.vmferry.machine.text.Figures;
import java.util.ArrayList;
import java.util.List;

/** The costs of postcopy for the guest: page faults, downtime, and throughput. */
final class Postcopy {

    private static final double MEDIAN_MARK_MICROS = 40;
    private static final double PERCENTILE_99_MARK_MICROS = 200;
    private static final double SATURATED_MARK_MICROS = 300;
    private static final double DOWNTIME_MARK_MILLIS = 8;
    private static final double THROUGHPUT_MARK = 0.8;

    /** So little that practically every page comes because it was requested. */
    private static final List<String> IDLE_BACKGROUND =
            List.of("--parameter", "max-postcopy-bandwidth=64K");

    private Postcopy() {}

    // ---- fault latency

    /** One vCPU reads its memory in order and waits for each page. */
    static List<Figure> idle(BenchContext context) throws Exception {
        return latencies(context, "fault-latency", BenchContext.GIB / 4, "sequential", true);
    }

    /** One vCPU accesses random pages while the background sends as fast as it can. */
    static List<Figure> saturated(BenchContext context) throws Exception {
        return latencies(context, "fault-latency-saturated", BenchContext.GIB, "uniform", false);
    }

    /** The latencies without and with preempt. */
    private static List<Figure> latencies(
            BenchContext context, String name, long size, String pattern, boolean idle)
            throws Exception {
        long bytes = context.scaled(size);
        List<String> source =
                new ArrayList<>(List.of("--workload", pattern + ",rate=max,boot=" + bytes));
        if (idle) {
            source.addAll(IDLE_BACKGROUND);
        }
        List<Figure> figures = new ArrayList<>();
        for (boolean preempt : List.of(false, true)) {
            List<String> both = preempt ? List.of("--capability", "postcopy-preempt") : List.of();
            figures.addAll(
                    latency(
                            context,
                            preempt ? name + "-preempt" : name,
                            bytes,
                            both,
                            source,
                            idle));
        }
        return figures;
    }

    private static List<Figure> latency(
            BenchContext context,
            String name,
            long bytes,
            List<String> both,
            List<String> source,
            boolean idle)
            throws Exception {
        List<Double> medians = new ArrayList<>();
        List<Double> percentiles = new ArrayList<>();
        long count = 0;
        for (int run = 0; run < context.runs(); run++) {
            PostcopyTrial.Faults faults =
                    PostcopyTrial.of(context, bytes, both, source, 0).faults();
            context.say(
                    "%s: %s waited for, median %.0f us, 99 %% within %.0f us"
                            .formatted(
                                    name,
                                    Figures.counted(faults.count(), "page"),
                                    faults.medianMicros(),
                                    faults.percentile99Micros()));
            medians.add(faults.medianMicros());
            percentiles.add(faults.percentile99Micros());
            count += faults.count();
        }
        String note =
                "from a vCPU's access until it continues, %%s of a run; one vCPU, %d MiB, %s background, %s in all runs"
                        .formatted(
                                bytes / BenchContext.MIB,
                                idle ? "idle" : "saturated",
                                Figures.counted(count, "page"));
        Figure percentile =
                Figure.of(name + "-p99", "us", percentiles, note.formatted("99th percentile"));
        return List.of(
                Figure.of(name, "us", medians, note.formatted("median"))
                        .atMost(idle ? MEDIAN_MARK_MICROS : SATURATED_MARK_MICROS),
                idle ? percentile.atMost(PERCENTILE_99_MARK_MICROS) : percentile);
    }

    // ---- downtime

    /** A guest that writes, with a megabyte of device state. */
    static List<Figure> downtime(BenchContext context) throws Exception {
        long bytes = context.scaled(BenchContext.GIB);
        List<Double> pauses = new ArrayList<>();
        List<Double> own = new ArrayList<>();
        for (int run = 0; run < context.runs(); run++) {
            PostcopyTrial done =
                    PostcopyTrial.of(
                            context,
                            bytes,
                            List.of("--device", "virtio-net,state-size=1M"),
                            List.of(
                                    // the guest must not have moved before the switch to postcopy
                                    "--parameter",
                                    "downtime-limit=1",
                                    "--workload",
                                    "uniform,rate=20000,boot=" + bytes),
                            1);
            pauses.add(done.pauseMicros() / 1e3);
            own.add((double) done.report().downtimeMillis());
            context.say(
                    "STOP to RESUME %.1f ms, the source's own figure %d ms"
                            .formatted(done.pauseMicros() / 1e3, done.report().downtimeMillis()));
        }
        String guest =
                "guest of %d MiB with a device of 1 MiB, that writes 78 MiB/s, switched to postcopy after one pass; "
                        .formatted(bytes / BenchContext.MIB);
        return List.of(
                Figure.of(
                                "postcopy-downtime",
                                "ms",
                                pauses,
                                guest + "from STOP at the source to RESUME at the destination")
                        .atMost(DOWNTIME_MARK_MILLIS),
                Figure.of(
                        "postcopy-downtime-source",
                        "ms",
                        own,
                        guest + "what the source reports, until the package is sent"));
    }

    // ---- throughput

    /** An idle guest sent after the switchover, compared with the same one sent before it. */
    static List<Figure> throughput(BenchContext context) throws Exception {
        long bytes = context.scaled(BenchContext.GIB);
        String workload = "idle,boot=" + bytes;
        List<Double> postcopy = new ArrayList<>();
        List<Double> precopy = new ArrayList<>();
        for (int run = 0; run < context.runs(); run++) {
            postcopy.add(
                    PostcopyTrial.of(context, bytes, List.of(), List.of("--workload", workload), 0)
                            .report()
                            .mebibytesPerSecond());
            try (MeasuredPair pair = MeasuredPair.ours(context, bytes, workload)) {
                precopy.add(pair.migrate().mebibytesPerSecond());
            }
            context.say(
                    "postcopy %.0f MiB/s, precopy %.0f MiB/s"
                            .formatted(postcopy.getLast(), precopy.getLast()));
        }
        String guest =
                "idle guest of %d MiB, all of it random, the destination's memory untouched; "
                        .formatted(bytes / BenchContext.MIB);
        Samples rates = new Samples(postcopy);
        return List.of(
                Figure.of(
                        "postcopy-throughput", "MiB/s", rates, guest + "sent after the switchover"),
                Figure.of(
                                "postcopy-to-precopy",
                                "x",
                                rates.dividedBy(new Samples(precopy)),
                                guest
                                        + "postcopy's throughput as a multiple of precopy's, run by run")
                        .atLeast(THROUGHPUT_MARK));
    }
}
