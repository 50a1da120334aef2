package io.vmferry.lab.bench;

import io.vmferry.lab.process.Nodes;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The time from the start of a destination's launcher to the line with its address. */
final class Startup {

    private static final double MARK_MILLIS = 400;
    private static final double MARK_CACHED_MILLIS = 220;
    private static final long PATIENCE_SECONDS = 30;

    private Startup() {}

    static List<Figure> measure(BenchContext context) throws Exception {
        Path cache = Nodes.scripts().resolveSibling("dest-node/target/dest-node.aot");
        boolean cached = Files.exists(cache) && Files.size(cache) > 0;
        List<Double> plain = new ArrayList<>();
        List<Double> withCache = new ArrayList<>();
        for (int run = 0; run < context.runs(); run++) {
            plain.add(millis(context, false));
            if (cached) {
                withCache.add(millis(context, true));
            }
        }
        List<Figure> figures = new ArrayList<>();
        figures.add(figure("startup", plain, MARK_MILLIS, "without the AOT cache"));
        if (cached) {
            figures.add(figure("startup-aot", withCache, MARK_CACHED_MILLIS, "with the AOT cache"));
        } else {
            context.say("no AOT cache: %s is missing or empty".formatted(cache));
        }
        return figures;
    }

    private static Figure figure(String name, List<Double> millis, double mark, String how) {
        return Figure.of(
                        name,
                        "ms",
                        millis,
                        "scripts/dest-node, its shell included, until it says that it listens; "
                                + how)
                .atMost(mark);
    }

    private static double millis(BenchContext context, boolean cached) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder(
                        Nodes.scripts().resolve("dest-node").toString(),
                        "--incoming",
                        "tcp:127.0.0.1:0");
        builder.environment().put("VMFERRY_AOT", cached ? "on" : "off");
        builder.redirectError(context.folder().resolve("err").toFile());
        long start = System.nanoTime();
        Process process = builder.start();
        try (BufferedReader out = process.inputReader()) {
            process.onExit()
                    .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .exceptionally(late -> process.destroyForcibly());
            awaitListening(out);
            return (System.nanoTime() - start) / 1e6;
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private static void awaitListening(BufferedReader out) throws IOException {
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith("listening on ")) {
                return;
            }
        }
        throw new AssertionError("The destination ended before it listened");
    }
}
