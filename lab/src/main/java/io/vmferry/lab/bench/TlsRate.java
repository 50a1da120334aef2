package io.vmferry.lab.bench;

import io.vmferry.lab.process.Qemu;
import io.vmferry.lab.process.TlsFolder;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Precopy of random content on one channel with TLS and certificates, between touched memories: our
 * pair and a real QEMU pair in turn, from the same image; and what TLS adds to our setup.
 */
final class TlsRate {

    private static final double MARK_QEMU = 1;
    private static final double MARK_SETUP_MILLIS = 30;
    private static final int CHUNK_BYTES = 1 << 20;

    private final BenchContext context;
    private final long bytes;
    private final Path image;
    private final List<Double> ours = new ArrayList<>();
    private final List<Double> qemus = new ArrayList<>();
    private final List<Double> addedMillis = new ArrayList<>();

    private TlsRate(BenchContext context) {
        this.context = context;
        this.bytes = context.scaled(BenchContext.GIB);
        this.image = context.files().images().resolve("tls");
    }

    static List<Figure> measure(BenchContext context) throws Exception {
        if (!Qemu.installed()) {
            throw new AssertionError("qemu-system-x86_64 is not installed");
        }
        TlsRate rate = new TlsRate(context);
        TlsFolder files = TlsFolder.make(context.files().folder().resolve("tls"));
        try {
            rate.writeImage();
            for (int run = 0; run < context.runs(); run++) {
                rate.round(files);
            }
        } finally {
            Files.deleteIfExists(rate.image);
        }
        return rate.figures();
    }

    private void writeImage() throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        byte[] chunk = new byte[CHUNK_BYTES];
        try (OutputStream out = Files.newOutputStream(image)) {
            for (long written = 0; written < bytes; written += CHUNK_BYTES) {
                random.nextBytes(chunk);
                out.write(chunk, 0, (int) Math.min(CHUNK_BYTES, bytes - written));
            }
        }
    }

    private void round(TlsFolder files) throws Exception {
        List<String> touched = List.of("--memory-image", image.toString());
        long plainMillis;
        try (MeasuredPair pair = MeasuredPair.ours(context, bytes, touched, touched)) {
            plainMillis = pair.migrate().setupMillis();
        }
        try (MeasuredPair pair = MeasuredPair.ours(context, bytes, touched, touched)) {
            MeasuredPair.Report report = pair.migrateSecurely(files);
            ours.add(report.mebibytesPerSecond());
            addedMillis.add((double) report.setupMillis() - plainMillis);
        }
        try (MeasuredPair pair = MeasuredPair.qemu(context, bytes, image, true)) {
            qemus.add(pair.migrateSecurely(files).mebibytesPerSecond());
        }
        context.say(
                "vmferry %.0f, QEMU %.0f MiB/s; %.0f ms more setup"
                        .formatted(ours.getLast(), qemus.getLast(), addedMillis.getLast()));
    }

    private List<Figure> figures() {
        Samples our = new Samples(ours);
        Samples qemu = new Samples(qemus);
        String how =
                """
                guest of %d MiB over loopback TCP, one channel, TLS with certificates on both sides, \
                no rate limit, return path on, all RAM touched before, the same image; RAM size / \
                (total-time - setup-time)\
                """
                        .formatted(bytes / BenchContext.MIB);
        return List.of(
                Figure.of("tls", "MiB/s", our, "two fresh daemons; " + how),
                Figure.of("tls-qemu", "MiB/s", qemu, "two QEMUs with -M none; " + how),
                Figure.of(
                                "tls-to-qemu",
                                "ratio",
                                our.dividedBy(qemu),
                                "median of the ratios of each round; " + how)
                        .atLeast(MARK_QEMU),
                Figure.of(
                                "tls-setup",
                                "ms",
                                new Samples(addedMillis),
                                "setup-time with TLS less that of the same migration without it")
                        .atMost(MARK_SETUP_MILLIS));
    }
}
