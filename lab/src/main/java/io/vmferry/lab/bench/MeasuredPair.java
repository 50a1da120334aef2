package io.vmferry.lab.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.vmferry.lab.process.ChildProcess;
import io.vmferry.lab.process.Nodes;
import io.vmferry.lab.process.Qemu;
import io.vmferry.lab.process.QmpClient;
import io.vmferry.lab.process.TlsFolder;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A new source and a new destination, both ready, with loopback TCP between them: either two of our
 * daemons or two real QEMUs, driven by the same commands.
 */
final class MeasuredPair implements AutoCloseable {

    private static final Set<String> ENDS = Set.of("completed", "failed", "cancelled");

    /** Two processes, and a monitor of each. */
    private static final int ALL_PARTS = 4;

    private static final Duration LIMIT = Duration.ofMinutes(3);

    /**
     * The result of {@code query-migrate} at the source of a completed migration.
     *
     * @param totalMillis from the command to completion
     * @param setupMillis of these, before the first page
     * @param ramBytes size of guest RAM
     * @param passes dirty syncs
     */
    record Report(
            long totalMillis, long setupMillis, long downtimeMillis, long ramBytes, long passes) {

        static Report of(JsonNode reply) {
            if (!reply.path("status").asText().equals("completed")) {
                throw new AssertionError("The migration did not complete: " + reply);
            }
            return new Report(
                    reply.get("total-time").asLong(),
                    reply.get("setup-time").asLong(),
                    reply.get("downtime").asLong(),
                    reply.get("ram").get("total").asLong(),
                    reply.get("ram").get("dirty-sync-count").asLong());
        }

        /** Guest RAM per time without the setup. */
        double mebibytesPerSecond() {
            return ramBytes * 1e3 / Math.max(1, totalMillis - setupMillis) / BenchContext.MIB;
        }
    }

    private interface Start {
        ChildProcess at(Path folder, String name) throws IOException, InterruptedException;
    }

    private final Optional<FlameGraphs> flames;
    private final List<Closeable> parts = new ArrayList<>();
    private final ChildProcess sourceProcess;
    private final ChildProcess destinationProcess;
    private final QmpClient source;
    private final QmpClient destination;

    private MeasuredPair(
            BenchContext context, Start atSource, Start atDestination, Optional<FlameGraphs> flames)
            throws Exception {
        this.flames = flames;
        Path folder = context.folder();
        try {
            destinationProcess = atDestination.at(folder, "destination");
            parts.add(destinationProcess::close);
            sourceProcess = atSource.at(folder, "source");
            parts.add(sourceProcess::close);
            destination = connect(destinationProcess, folder, "destination");
            source = connect(sourceProcess, folder, "source");
        } catch (Exception | Error e) {
            close();
            throw e;
        }
    }

    private QmpClient connect(ChildProcess process, Path folder, String name) throws Exception {
        QmpClient client = QmpClient.connect(process, Qemu.monitor(folder, name));
        parts.add(client::close);
        return client;
    }

    /** Two daemons; the source has booted its guest, the destination's RAM is untouched. */
    static MeasuredPair ours(BenchContext context, long bytes, String workload) throws Exception {
        return ours(context, bytes, List.of("--workload", workload), List.of());
    }

    /** Two daemons with further options. */
    static MeasuredPair ours(
            BenchContext context, long bytes, List<String> source, List<String> destination)
            throws Exception {
        return new MeasuredPair(
                context,
                (folder, name) -> Nodes.source(folder, name, options(folder, name, bytes, source)),
                (folder, name) ->
                        Nodes.destination(
                                folder,
                                name,
                                options(folder, name, bytes, destination, "--incoming", "defer")),
                context.flames());
    }

    private static String[] options(
            Path folder, String name, long bytes, List<String> some, String... more) {
        List<String> all =
                new ArrayList<>(List.of("--memory", Long.toString(bytes), "--memory-overcommit"));
        all.addAll(List.of("--qmp", "unix:" + Qemu.monitor(folder, name)));
        all.addAll(some);
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    /** Two QEMUs; the RAM of the source is allocated and holds the image. */
    static MeasuredPair qemu(BenchContext context, long bytes, Path image, boolean touched)
            throws Exception {
        int mebibytes = Math.toIntExact(bytes / BenchContext.MIB);
        return new MeasuredPair(
                context,
                (folder, name) -> Qemu.withTouchedImage(folder, name, mebibytes, image),
                (folder, name) ->
                        touched
                                ? Qemu.withTouchedImage(
                                        folder, name, mebibytes, image, "-incoming", "defer")
                                : Qemu.empty(folder, name, mebibytes, "-incoming", "defer"),
                Optional.empty());
    }

    QmpClient source() {
        return source;
    }

    QmpClient destination() {
        return destination;
    }

    ChildProcess sourceProcess() {
        return sourceProcess;
    }

    ChildProcess destinationProcess() {
        return destinationProcess;
    }

    /** Lets the destination listen on loopback TCP, and starts the migration to it. */
    void start() throws InterruptedException {
        destination.execute("migrate-incoming", "{\"uri\": \"tcp:127.0.0.1:0\"}");
        source.execute("migrate", "{\"uri\": \"%s\"}".formatted(address()));
    }

    /** The address on which the destination listens. */
    String address() throws InterruptedException {
        JsonNode bound = destination.execute("query-migrate").at("/socket-address/0");
        return "tcp:%s:%s".formatted(bound.path("host").asText(), bound.path("port").asText());
    }

    /** Migrates as fast as the link allows, and fails if that does not complete in minutes. */
    Report migrate() throws Exception {
        return migrate(0, LIMIT)
                .orElseThrow(() -> new AssertionError("Not completed within " + LIMIT));
    }

    /**
     * Migrates with a return path: the time counts until the destination has reported that it has
     * everything.
     *
     * @param maxBytesPerSecond 0 for no limit
     * @return empty when it has not ended within the limit
     */
    Optional<Report> migrate(long maxBytesPerSecond, Duration limit) throws Exception {
        configure(maxBytesPerSecond);
        start();
        return ended(limit) ? Optional.of(report()) : Optional.empty();
    }

    /** Migrates as fast as the links allow, with the pages on multifd channels. */
    Report migrateOnChannels(int channels, String compression) throws Exception {
        configure(0);
        for (QmpClient side : List.of(source, destination)) {
            side.execute(
                    "migrate-set-capabilities",
                    "{\"capabilities\": [{\"capability\": \"multifd\", \"state\": true}]}");
            side.execute(
                    "migrate-set-parameters",
                    "{\"multifd-channels\": %d, \"multifd-compression\": \"%s\"}"
                            .formatted(channels, compression));
        }
        start();
        if (!ended(LIMIT)) {
            throw new AssertionError("Not completed within " + LIMIT);
        }
        return report();
    }

    /** Migrates as fast as the link allows, by TLS with a folder of certificates. */
    Report migrateSecurely(TlsFolder files) throws Exception {
        secure(destination, files, "server");
        secure(source, files, "client");
        return migrate();
    }

    private static void secure(QmpClient side, TlsFolder files, String end)
            throws InterruptedException {
        side.execute(
                "object-add",
                """
                {"qom-type": "tls-creds-x509", "id": "tls0", "endpoint": "%s", "dir": "%s"}\
                """
                        .formatted(end, files.path()));
        side.execute("migrate-set-parameters", "{\"tls-creds\": \"tls0\"}");
    }

    private void configure(long maxBytesPerSecond) throws InterruptedException {
        source.execute(
                "migrate-set-capabilities",
                """
                {"capabilities": [{"capability": "events", "state": true},
                                  {"capability": "return-path", "state": true}]}\
                """);
        source.execute(
                "migrate-set-parameters", "{\"max-bandwidth\": %d}".formatted(maxBytesPerSecond));
    }

    /** The report of a migration that has completed. */
    Report report() throws InterruptedException {
        return Report.of(source.execute("query-migrate"));
    }

    private boolean ended(Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        boolean[] ended = new boolean[1];
        source.awaitEvent(
                "MIGRATION with an end",
                event -> {
                    ended[0] =
                            event.path("event").asText().equals("MIGRATION")
                                    && ENDS.contains(event.at("/data/status").asText());
                    return ended[0] || System.nanoTime() > end;
                });
        return ended[0];
    }

    /** The time of an event in microseconds since 1970. */
    static long micros(JsonNode event) {
        JsonNode at = event.get("timestamp");
        return at.get("seconds").asLong() * 1_000_000 + at.get("microseconds").asLong();
    }

    /** Ends both daemons so that their recordings are written, and draws them. */
    private void draw(FlameGraphs graphs) throws IOException {
        try {
            source.execute("quit");
            destination.execute("quit");
            sourceProcess.exitCode();
            destinationProcess.exitCode();
            graphs.draw(sourceProcess.process().pid(), "source");
            graphs.draw(destinationProcess.process().pid(), "destination");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("Interrupted before the flame graphs were drawn");
        }
    }

    @Override
    public void close() throws IOException {
        try {
            if (flames.isPresent() && parts.size() == ALL_PARTS) {
                draw(flames.get());
            }
        } finally {
            for (Closeable part : parts) {
                part.close();
            }
        }
    }
}
