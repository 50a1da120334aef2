package io.vmferry.lab.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What postcopy costs the guest: waits for single pages, the pause, and the background's speed. */
final class Postcopy {

    private static final double MEDIAN_MARK_MICROS = 60;
    private static final double PERCENTILE_99_MARK_MICROS = 300;
    private static final double DOWNTIME_MARK_MILLIS = 20;
    private static final double THROUGHPUT_MARK = 0.8;
    private static final Duration LIMIT = Duration.ofMinutes(1);

    /** So little that practically every page comes because it was asked for. */
    private static final String IDLE_BACKGROUND = "--parameter max-postcopy-bandwidth=64K ";

    /** The guest must not have moved before postcopy is asked for. */
    private static final String NOT_CONVERGING = "--parameter downtime-limit=1 ";

    private final Stand stand;

    private Postcopy(Stand stand) {
        this.stand = stand;
    }

    // ---- fault latency

    /** One vCPU walks over its memory and waits for each page. */
    static List<Figure> idle(Stand stand) throws Exception {
        Postcopy bench = new Postcopy(stand);
        long bytes = stand.scaled(Stand.GIB / 4);
        List<Figure> figures = new ArrayList<>();
        figures.addAll(
                bench.latency(
                        "fault-latency",
                        bytes,
                        "",
                        "sequential,rate=max,boot=" + bytes,
                        IDLE_BACKGROUND,
                        true));
        figures.addAll(
                bench.latency(
                        "fault-latency-preempt",
                        bytes,
                        "--capability postcopy-preempt",
                        "sequential,rate=max,boot=" + bytes,
                        IDLE_BACKGROUND,
                        true));
        return figures;
    }

    /** One vCPU jumps about in its memory while the background sends as fast as it can. */
    static List<Figure> saturated(Stand stand) throws Exception {
        Postcopy bench = new Postcopy(stand);
        long bytes = stand.scaled(Stand.GIB);
        String workload = "uniform,rate=max,boot=" + bytes;
        List<Figure> figures = new ArrayList<>();
        figures.addAll(bench.latency("fault-latency-saturated", bytes, "", workload, "", false));
        figures.addAll(
                bench.latency(
                        "fault-latency-saturated-preempt",
                        bytes,
                        "--capability postcopy-preempt",
                        workload,
                        "",
                        false));
        return figures;
    }

    private List<Figure> latency(
            String name,
            long bytes,
            String guest,
            String workload,
            String background,
            boolean marked)
            throws Exception {
        List<Double> medians = new ArrayList<>();
        List<Double> percentiles = new ArrayList<>();
        long count = 0;
        for (int run = 0; run < stand.runs(); run++) {
            PostcopyRun.Faults faults =
                    PostcopyRun.of(stand, bytes, guest, background + "--workload " + workload, 0)
                            .faults();
            stand.say(
                    "%s: %d pages waited for, median %.0f us, 99 %% within %.0f us"
                            .formatted(
                                    name,
                                    faults.count(),
                                    faults.medianMicros(),
                                    faults.percentile99Micros()));
            medians.add(faults.medianMicros());
            percentiles.add(faults.percentile99Micros());
            count += faults.count();
        }
        String note =
                "from a vCPU's access to its going on, %%s of a run; one vCPU, %d MiB, %s background, %d pages in all runs"
                        .formatted(bytes / Stand.MIB, marked ? "idle" : "saturated", count);
        return List.of(
                latencyFigure(name, medians, marked, MEDIAN_MARK_MICROS, note.formatted("median")),
                latencyFigure(
                        name + "-p99",
                        percentiles,
                        marked,
                        PERCENTILE_99_MARK_MICROS,
                        note.formatted("99th percentile")));
    }

    private static Figure latencyFigure(
            String name, List<Double> micros, boolean marked, double mark, String note) {
        Samples samples = new Samples(micros);
        return marked
                ? Figure.marked(name, "us", samples, Mark.atMost(mark), note)
                : Figure.unmarked(name, "us", samples, note);
    }

    // ---- downtime

    /** A guest that writes, with a megabyte of device state. */
    static List<Figure> downtime(Stand stand) throws Exception {
        long bytes = stand.scaled(Stand.GIB);
        List<Double> pauses = new ArrayList<>();
        List<Double> own = new ArrayList<>();
        for (int run = 0; run < stand.runs(); run++) {
            PostcopyRun done =
                    PostcopyRun.of(
                            stand,
                            bytes,
                            "--device virtio-net,state-size=1M",
                            NOT_CONVERGING + "--workload uniform,rate=20000,boot=" + bytes,
                            1);
            pauses.add(done.pauseMicros() / 1e3);
            own.add((double) done.report().downtimeMillis());
            stand.say(
                    "STOP to RESUME %.1f ms, the source's own figure %d ms"
                            .formatted(done.pauseMicros() / 1e3, done.report().downtimeMillis()));
        }
        String guest =
                "guest of %d MiB with a device of 1 MiB, that writes 78 MiB/s, switched to postcopy after one pass; "
                        .formatted(bytes / Stand.MIB);
        return List.of(
                Figure.marked(
                        "postcopy-downtime",
                        "ms",
                        new Samples(pauses),
                        Mark.atMost(DOWNTIME_MARK_MILLIS),
                        guest + "from STOP at the source to RESUME at the destination"),
                Figure.unmarked(
                        "postcopy-downtime-source",
                        "ms",
                        new Samples(own),
                        guest + "what the source reports, until the package is sent"));
    }

    // ---- throughput

    /** An idle guest sent after the switchover, compared with the same one sent before it. */
    static List<Figure> throughput(Stand stand) throws Exception {
        long bytes = stand.scaled(Stand.GIB);
        String workload = "idle,boot=" + bytes;
        List<Double> postcopy = new ArrayList<>();
        List<Double> precopy = new ArrayList<>();
        for (int run = 0; run < stand.runs(); run++) {
            postcopy.add(
                    mebibytes(
                            PostcopyRun.of(stand, bytes, "", "--workload " + workload, 0)
                                    .report()));
            try (Pair pair = Pair.ours(stand, bytes, workload)) {
                precopy.add(
                        mebibytes(
                                pair.migrate(0, LIMIT)
                                        .orElseThrow(() ->
                                                new AssertionError(
                                                        "Not completed within " + LIMIT))));
            }
            stand.say(
                    "postcopy %.0f MiB/s, precopy %.0f MiB/s"
                            .formatted(postcopy.getLast(), precopy.getLast()));
        }
        String guest =
                "idle guest of %d MiB, all of it random, the destination's memory untouched; "
                        .formatted(bytes / Stand.MIB);
        Samples rates = new Samples(postcopy);
        return List.of(
                Figure.unmarked(
                        "postcopy-throughput", "MiB/s", rates, guest + "sent after the switchover"),
                Figure.marked(
                        "postcopy-to-precopy",
                        "x",
                        rates.dividedBy(new Samples(precopy)),
                        Mark.atLeast(THROUGHPUT_MARK),
                        guest + "postcopy's throughput as a multiple of precopy's, run by run"));
    }

    private static double mebibytes(Report report) {
        return report.bytesPerSecond() / Stand.MIB;
    }
}
