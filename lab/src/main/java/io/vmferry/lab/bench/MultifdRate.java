package io.vmferry.lab.bench;

import io.vmferry.lab.process.Qemu;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Precopy on two multifd channels between touched memories: our pair and a real QEMU pair in turn,
 * from the same image.
 */
final class MultifdRate {

    private static final int CHANNELS = 2;
    private static final double MARK_PLAIN = 1.3;
    private static final double MARK_COMPRESSED = 1;
    private static final int PAGE_BYTES = 4096;

    /** Bytes of a page that are random; the rest repeats, so that it shrinks to a third or so. */
    private static final int RANDOM_BYTES = 1024;

    private final BenchContext context;
    private final String compression;
    private final long bytes;
    private final Path image;
    private final List<Double> ours = new ArrayList<>();
    private final List<Double> qemus = new ArrayList<>();

    private MultifdRate(BenchContext context, String compression, long bytes) {
        this.context = context;
        this.compression = compression;
        this.bytes = context.scaled(bytes);
        this.image = context.files().images().resolve("multifd");
    }

    /** Random content, as it is. */
    static List<Figure> plain(BenchContext context) throws Exception {
        return new MultifdRate(context, "none", 2 * BenchContext.GIB)
                .measure("multifd", MARK_PLAIN);
    }

    /** Content that can be compressed, by zlib. */
    static List<Figure> zlib(BenchContext context) throws Exception {
        return new MultifdRate(context, "zlib", BenchContext.GIB / 2)
                .measure("multifd-zlib", MARK_COMPRESSED);
    }

    /** The same by zstd. */
    static List<Figure> zstd(BenchContext context) throws Exception {
        return new MultifdRate(context, "zstd", BenchContext.GIB)
                .measure("multifd-zstd", MARK_COMPRESSED);
    }

    private List<Figure> measure(String name, double mark) throws Exception {
        if (!Qemu.installed()) {
            throw new AssertionError("qemu-system-x86_64 is not installed");
        }
        try {
            writeImage();
            for (int run = 0; run < context.runs(); run++) {
                round();
            }
        } finally {
            Files.deleteIfExists(image);
        }
        return figures(name, mark);
    }

    private void round() throws Exception {
        List<String> touched = List.of("--memory-image", image.toString());
        try (MeasuredPair pair = MeasuredPair.ours(context, bytes, touched, touched)) {
            ours.add(pair.migrateOnChannels(CHANNELS, compression).mebibytesPerSecond());
        }
        try (MeasuredPair pair = MeasuredPair.qemu(context, bytes, image, true)) {
            qemus.add(pair.migrateOnChannels(CHANNELS, compression).mebibytesPerSecond());
        }
        context.say("vmferry %.0f, QEMU %.0f MiB/s".formatted(ours.getLast(), qemus.getLast()));
    }

    private void writeImage() throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        byte[] page = new byte[PAGE_BYTES];
        boolean plain = compression.equals("none");
        byte[] part = new byte[plain ? PAGE_BYTES : RANDOM_BYTES];
        try (OutputStream out = Files.newOutputStream(image)) {
            for (long written = 0; written < bytes; written += PAGE_BYTES) {
                Arrays.fill(page, (byte) (written / PAGE_BYTES));
                random.nextBytes(part);
                System.arraycopy(part, 0, page, 0, part.length);
                out.write(page);
            }
        }
    }

    private List<Figure> figures(String name, double mark) {
        Samples our = new Samples(ours);
        Samples qemu = new Samples(qemus);
        String how =
                """
                guest of %d MiB over loopback TCP, %d multifd channels, compression %s at its default \
                level, no rate limit, all RAM touched before on both sides, the same image; RAM size / \
                (total-time - setup-time)\
                """
                        .formatted(bytes / BenchContext.MIB, CHANNELS, compression);
        return List.of(
                Figure.of(name, "MiB/s", our, "two fresh daemons; " + how),
                Figure.of(name + "-qemu", "MiB/s", qemu, "two QEMUs with -M none; " + how),
                Figure.of(
                                name + "-to-qemu",
                                "ratio",
                                our.dividedBy(qemu),
                                "median of the ratios of each round; " + how)
                        .atLeast(mark));
    }
}
