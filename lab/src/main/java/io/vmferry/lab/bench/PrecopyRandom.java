package io.vmferry.lab.bench;

import io.vmferry.lab.process.Qemu;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Precopy of random content over one channel: our pair, a plain Java loop, a real QEMU pair and
 * iperf3 in turn.
 */
final class PrecopyRandom {

    private static final String UNIT = "MiB/s";
    private static final double MARK_LOOP = 0.9;
    private static final double MARK_QEMU_FIRST_TOUCH = 1;
    private static final int CHUNK_BYTES = 1 << 20;

    private final BenchContext context;
    private final String name;

    /** Whether the destination's RAM is allocated before the migration begins. */
    private final boolean touched;

    private final long bytes;
    private final Path image;
    private final List<Double> ours = new ArrayList<>();
    private final List<Double> loops = new ArrayList<>();
    private final List<Double> qemus = new ArrayList<>();
    private final List<Double> iperfs = new ArrayList<>();

    private PrecopyRandom(BenchContext context, String name, boolean touched) {
        this.context = context;
        this.name = name;
        this.touched = touched;
        this.bytes = context.scaled(2 * BenchContext.GIB);
        this.image = context.files().images().resolve("random");
    }

    /** All guest memory is touched before, at the destination too. */
    static List<Figure> touched(BenchContext context) throws Exception {
        return measure(new PrecopyRandom(context, "precopy-random", true));
    }

    /** The destination allocates its memory as the pages come in. */
    static List<Figure> firstTouch(BenchContext context) throws Exception {
        return measure(new PrecopyRandom(context, "precopy-first-touch", false));
    }

    private static List<Figure> measure(PrecopyRandom precopy) throws Exception {
        if (!Qemu.installed()) {
            throw new AssertionError("qemu-system-x86_64 is not installed");
        }
        try {
            writeRandom(precopy.image, precopy.bytes);
            for (int run = 0; run < precopy.context.runs(); run++) {
                precopy.round();
            }
        } finally {
            Files.deleteIfExists(precopy.image);
        }
        return precopy.figures();
    }

    private void round() throws Exception {
        List<String> source = List.of("--workload", "idle,zero=0,compressible=0,boot=" + bytes);
        List<String> destination =
                touched ? List.of("--memory-image", image.toString()) : List.of();
        try (MeasuredPair pair = MeasuredPair.ours(context, bytes, source, destination)) {
            ours.add(pair.migrate().mebibytesPerSecond());
        }
        loops.add(PlainLoop.bytesPerSecond(context, bytes) / BenchContext.MIB);
        try (MeasuredPair pair = MeasuredPair.qemu(context, bytes, image, touched)) {
            qemus.add(pair.migrate().mebibytesPerSecond());
        }
        iperfs.add(Iperf.bytesPerSecond(context, bytes) / BenchContext.MIB);
        context.say(
                "vmferry %.0f, plain loop %.0f, QEMU %.0f, iperf3 %.0f MiB/s"
                        .formatted(
                                ours.getLast(),
                                loops.getLast(),
                                qemus.getLast(),
                                iperfs.getLast()));
    }

    /** Writes random bytes, for a guest that cannot write its own content. */
    private static void writeRandom(Path file, long bytes) throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        byte[] chunk = new byte[CHUNK_BYTES];
        try (OutputStream out = Files.newOutputStream(file)) {
            for (long written = 0; written < bytes; written += CHUNK_BYTES) {
                random.nextBytes(chunk);
                out.write(chunk, 0, (int) Math.min(CHUNK_BYTES, bytes - written));
            }
        }
    }

    private List<Figure> figures() {
        Samples our = new Samples(ours);
        Samples loop = new Samples(loops);
        Samples qemu = new Samples(qemus);
        Samples iperf = new Samples(iperfs);
        String how =
                """
                guest of %d MiB over loopback TCP, one channel, no rate limit, return path on; \
                RAM size / (total-time - setup-time); %s\
                """
                        .formatted(
                                bytes / BenchContext.MIB,
                                touched
                                        ? "all RAM was touched before, on both sides"
                                        : "the source's RAM was touched before, the destination's"
                                                + " first touch is paid by both pairs");
        String paired = "median of the ratios of each round; " + how;
        Figure toLoop = Figure.of(name + "-to-plain-loop", "ratio", our.dividedBy(loop), paired);
        Figure toQemu = Figure.of(name + "-to-qemu", "ratio", our.dividedBy(qemu), paired);
        return List.of(
                Figure.of(
                        name, UNIT, our, "two fresh daemons, content written by the guest; " + how),
                Figure.of(
                        name + "-plain-loop",
                        UNIT,
                        loop,
                        "two cold JVMs that copy page records from and to touched memory by blocking"
                                + " NIO, as many bytes over loopback TCP"),
                Figure.of(
                        name + "-qemu", UNIT, qemu, "two QEMUs with -M none, random file; " + how),
                Figure.of(
                        name + "-iperf3",
                        UNIT,
                        iperf,
                        "iperf3 sending as many bytes in one stream over loopback TCP"),
                touched ? toLoop.atLeast(MARK_LOOP) : toLoop,
                touched ? toQemu : toQemu.atLeast(MARK_QEMU_FIRST_TOUCH),
                Figure.of(name + "-to-iperf3", "ratio", our.dividedBy(iperf), paired));
    }
}
