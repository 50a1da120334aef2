package io.vmferry.lab.matrix;

import io.vmferry.lab.mutants.Mutant;
import io.vmferry.lab.mutants.MutantAgent;
import io.vmferry.lab.simulator.BrokenRule;
import io.vmferry.protocol.Worded;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Runs mutants, each in a JVM of its own, one per processor at a time. */
final class MutantTrials {

    /** A JVM that has not ended so long after its limit is in an endless loop. */
    private static final long GRACE_SECONDS = 15;

    private final Path agent;
    private final long limitSeconds;

    /**
     * Trials.
     *
     * @param limitSeconds for each mutant
     * @throws IllegalArgumentException when this program is not packaged, as an agent has to be
     */
    MutantTrials(long limitSeconds) {
        this.limitSeconds = limitSeconds;
        this.agent = jar();
    }

    private static Path jar() {
        try {
            Path place =
                    Path.of(
                            MutantAgent.class
                                    .getProtectionDomain()
                                    .getCodeSource()
                                    .getLocation()
                                    .toURI());
            if (!Files.isRegularFile(place)) {
                throw new IllegalArgumentException(
                        "Mutants are planted by a Java agent; expected a jar, found " + place);
            }
            return place;
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Tries all of them; each result is reported on whichever thread. */
    List<MutantResult> run(List<Mutant> mutants, Consumer<MutantResult> report)
            throws IOException, InterruptedException {
        List<MutantResult> results = new ArrayList<>();
        try (ExecutorService threads =
                Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            List<Future<MutantResult>> running = new ArrayList<>();
            for (Mutant mutant : mutants) {
                running.add(
                        threads.submit(() -> {
                            MutantResult result = alone(run(mutant));
                            report.accept(result);
                            return result;
                        }));
            }
            for (Future<MutantResult> each : running) {
                results.add(each.get());
            }
        } catch (ExecutionException e) {
            throw new IOException("A mutant could not be tried: " + e.getCause(), e);
        }
        return results;
    }

    private MutantResult run(Mutant mutant) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        // a file, since a JVM that writes more than fits into a pipe would wait for a reader
        Path output = Files.createTempFile("mutant", ".out");
        try {
            Process process =
                    new ProcessBuilder(command(mutant, Optional.empty()))
                            .redirectErrorStream(true)
                            .redirectOutput(output.toFile())
                            .start();
            boolean ended = process.waitFor(limitSeconds + GRACE_SECONDS, TimeUnit.SECONDS);
            if (!ended) {
                process.destroyForcibly().waitFor();
            }
            double seconds = (System.nanoTime() - begin) / 1e9;
            return ended
                    ? MutantResult.said(mutant, Files.readString(output), seconds)
                    : MutantResult.lost(mutant, "its JVM did not end in time", seconds);
        } finally {
            Files.delete(output);
        }
    }

    /** Repeats the run that caught a mutant in this JVM, without the mutant: it must pass. */
    private static MutantResult alone(MutantResult result) {
        if (result.evidence().isEmpty()) {
            return result;
        }
        try {
            Evidence.parse(result.evidence().get()).run();
            return result;
        } catch (BrokenRule broken) {
            return result.notAlone(Worded.of(broken));
        }
    }

    /** Shows one run of a mutant; returns the exit code. */
    int show(Mutant mutant, String evidence) throws IOException, InterruptedException {
        return new ProcessBuilder(command(mutant, Optional.of(evidence)))
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start()
                .waitFor();
    }

    private List<String> command(Mutant mutant, Optional<String> evidence) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx256m",
                                "-XX:+UseSerialGC",
                                "-XX:-UsePerfData",
                                "--enable-native-access=ALL-UNNAMED",
                                "-Dio.netty.maxDirectMemory=0",
                                "-Dio.netty.allocator.type=unpooled",
                                "-javaagent:" + agent + "=" + mutant.name(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                MutantChild.class.getName(),
                                mutant.name(),
                                Long.toString(limitSeconds)));
        evidence.ifPresent(command::add);
        return command;
    }
}
