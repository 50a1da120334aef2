package io.vmferry.lab.bench;

import io.vmferry.lab.process.Qemu;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Precopy of random content over one channel: our pair, a real QEMU pair and iperf3 take turns. */
final class PrecopyRandom {

    private static final String UNIT = "MiB/s";
    private static final double MARK_QEMU = 3;
    private static final double MARK_IPERF = 0.5;
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final Stand stand;
    private final String name;

    /** Whether the destination's RAM is allocated before the migration begins. */
    private final boolean touched;

    private final long bytes;
    private final Path image;
    private final List<Double> ours = new ArrayList<>();
    private final List<Double> qemus = new ArrayList<>();
    private final List<Double> iperfs = new ArrayList<>();

    private PrecopyRandom(Stand stand, String name, boolean touched) {
        this.stand = stand;
        this.name = name;
        this.touched = touched;
        this.bytes = stand.scaled(2 * Stand.GIB);
        this.image = stand.scratch().images().resolve("random");
    }

    /** All guest memory is touched before, at the destination too. */
    static List<Figure> touched(Stand stand) throws Exception {
        return measure(new PrecopyRandom(stand, "precopy-random", true));
    }

    /** The destination allocates its memory as the pages come in. */
    static List<Figure> firstTouch(Stand stand) throws Exception {
        return measure(new PrecopyRandom(stand, "precopy-first-touch", false));
    }

    private static List<Figure> measure(PrecopyRandom precopy) throws Exception {
        if (!Qemu.installed()) {
            throw new AssertionError("qemu-system-x86_64 is not installed");
        }
        try {
            RandomImage.write(precopy.image, precopy.bytes);
            for (int run = 0; run < precopy.stand.runs(); run++) {
                precopy.round();
            }
        } finally {
            Files.deleteIfExists(precopy.image);
        }
        return precopy.figures();
    }

    private void round() throws Exception {
        Optional<Path> before = touched ? Optional.of(image) : Optional.empty();
        String workload = "idle,zero=0,compressible=0,boot=" + bytes;
        try (Pair pair = Pair.ours(stand, bytes, workload, before)) {
            ours.add(throughput(pair));
        }
        try (Pair pair = Pair.qemu(stand, bytes, image, before)) {
            qemus.add(throughput(pair));
        }
        iperfs.add(Iperf.bytesPerSecond(stand, bytes) / Stand.MIB);
        stand.say(
                "vmferry %.0f, QEMU %.0f, iperf3 %.0f MiB/s"
                        .formatted(ours.getLast(), qemus.getLast(), iperfs.getLast()));
    }

    private static double throughput(Pair pair) throws Exception {
        return pair.migrate(0, LIMIT)
                        .orElseThrow(() -> new AssertionError("Not completed within " + LIMIT))
                        .bytesPerSecond()
                / Stand.MIB;
    }

    private List<Figure> figures() {
        Samples our = new Samples(ours);
        Samples qemu = new Samples(qemus);
        Samples iperf = new Samples(iperfs);
        String how =
                """
                guest of %d MiB over loopback TCP, one channel, no rate limit, return path on; \
                RAM size / (total-time - setup-time); %s\
                """
                        .formatted(
                                bytes / Stand.MIB,
                                touched
                                        ? "all RAM was touched before, on both sides"
                                        : "the source's RAM was touched before, the destination's"
                                                + " first touch is paid by both pairs");
        String paired = "median of the ratios of each round; " + how;
        return List.of(
                Figure.unmarked(
                        name, UNIT, our, "two fresh daemons, content written by the guest; " + how),
                Figure.unmarked(
                        name + "-qemu", UNIT, qemu, "two QEMUs with -M none, random file; " + how),
                Figure.unmarked(
                        name + "-iperf3",
                        UNIT,
                        iperf,
                        "iperf3 sending as many bytes in one stream over loopback TCP"),
                Figure.marked(
                        name + "-to-qemu",
                        "ratio",
                        our.dividedBy(qemu),
                        Mark.atLeast(MARK_QEMU),
                        paired),
                Figure.marked(
                        name + "-to-iperf3",
                        "ratio",
                        our.dividedBy(iperf),
                        Mark.atLeast(MARK_IPERF),
                        paired));
    }
}
