package io.vmferry.lab.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.vmferry.lab.process.ChildProcess;
import io.vmferry.lab.process.Nodes;
import io.vmferry.lab.process.Qemu;
import io.vmferry.lab.process.QmpClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A fresh source and a fresh destination, both ready, with loopback TCP between them: either two of
 * our daemons or two real QEMUs. They are driven by the same commands and asked the same questions.
 */
final class Pair implements AutoCloseable {

    private static final Set<String> ENDS = Set.of("completed", "failed", "cancelled");

    private final ChildProcess sourceProcess;
    private final ChildProcess destinationProcess;
    private Optional<QmpClient> source = Optional.empty();
    private Optional<QmpClient> destination = Optional.empty();

    private Pair(ChildProcess sourceProcess, ChildProcess destinationProcess) {
        this.sourceProcess = sourceProcess;
        this.destinationProcess = destinationProcess;
    }

    /** Two daemons; the source has booted its guest, the destination's RAM is untouched. */
    static Pair ours(Stand stand, long bytes, String workload) throws Exception {
        return ours(stand, bytes, workload, Optional.empty());
    }

    /** Two daemons; the destination's RAM is touched by loading an image, if there is one. */
    static Pair ours(Stand stand, long bytes, String workload, Optional<Path> touch)
            throws Exception {
        return ours(stand, bytes, workload, touch, List.of(), List.of());
    }

    /** Likewise, with more options for each. */
    static Pair ours(
            Stand stand,
            long bytes,
            String workload,
            Optional<Path> touch,
            List<String> moreAtSource,
            List<String> moreAtDestination)
            throws Exception {
        Path folder = stand.folder();
        String memory = Long.toString(bytes);
        Path sourceMonitor = folder.resolve("s.qmp");
        Path destinationMonitor = folder.resolve("d.qmp");
        List<String> arguments = new ArrayList<>();
        arguments.addAll(List.of("--memory", memory, "--incoming", "defer"));
        arguments.addAll(List.of("--qmp", "unix:" + destinationMonitor));
        touch.ifPresent(image -> arguments.addAll(List.of("--memory-image", image.toString())));
        arguments.addAll(moreAtDestination);
        ChildProcess destination =
                Nodes.destination(folder, "destination", arguments.toArray(String[]::new));
        try {
            List<String> words = new ArrayList<>();
            words.addAll(List.of("--memory", memory, "--workload", workload));
            words.addAll(List.of("--qmp", "unix:" + sourceMonitor));
            words.addAll(moreAtSource);
            ChildProcess source = Nodes.source(folder, "source", words.toArray(String[]::new));
            return new Pair(source, destination).connect(sourceMonitor, destinationMonitor);
        } catch (Exception | Error e) {
            destination.close();
            throw e;
        }
    }

    /**
     * Two QEMUs; the source's RAM is allocated and holds the image, the destination's does if it is
     * to be touched.
     */
    static Pair qemu(Stand stand, long bytes, Path image, Optional<Path> touch) throws Exception {
        Path folder = stand.folder();
        int mebibytes = Math.toIntExact(bytes / Stand.MIB);
        String[] incoming = {"-incoming", "defer"};
        ChildProcess destination =
                touch.isPresent()
                        ? Qemu.withTouchedImage(
                                folder, "destination", mebibytes, touch.get(), incoming)
                        : Qemu.empty(folder, "destination", mebibytes, incoming);
        try {
            ChildProcess source = Qemu.withTouchedImage(folder, "source", mebibytes, image);
            return new Pair(source, destination)
                    .connect(Qemu.monitor(folder, "source"), Qemu.monitor(folder, "destination"));
        } catch (Exception | Error e) {
            destination.close();
            throw e;
        }
    }

    private Pair connect(Path sourceMonitor, Path destinationMonitor) throws Exception {
        try {
            destination = Optional.of(QmpClient.connect(destinationProcess, destinationMonitor));
            source = Optional.of(QmpClient.connect(sourceProcess, sourceMonitor));
            return this;
        } catch (Exception | Error e) {
            close();
            throw e;
        }
    }

    /**
     * Migrates as fast as the link allows or at the given rate, with a return path: the time counts
     * until the destination has said that it has everything.
     *
     * @param maxBytesPerSecond 0 for no limit
     * @return nothing when it has not ended within the limit
     */
    Optional<Report> migrate(long maxBytesPerSecond, Duration limit) throws Exception {
        QmpClient to = destination.orElseThrow();
        QmpClient from = source.orElseThrow();
        to.execute("migrate-incoming", "{\"uri\": \"tcp:127.0.0.1:0\"}");
        String port = to.execute("query-migrate").at("/socket-address/0/port").asText();
        from.execute(
                "migrate-set-capabilities",
                """
                {"capabilities": [{"capability": "events", "state": true},
                                  {"capability": "return-path", "state": true}]}\
                """);
        from.execute(
                "migrate-set-parameters", "{\"max-bandwidth\": %d}".formatted(maxBytesPerSecond));
        from.execute("migrate", "{\"uri\": \"tcp:127.0.0.1:%s\"}".formatted(port));
        return ended(from, limit)
                ? Optional.of(Report.of(from.execute("query-migrate")))
                : Optional.empty();
    }

    private static boolean ended(QmpClient from, Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        boolean[] ended = new boolean[1];
        from.awaitEvent(
                "MIGRATION with an end",
                event -> {
                    ended[0] = ENDS.contains(status(event));
                    return ended[0] || System.nanoTime() > end;
                });
        return ended[0];
    }

    private static String status(JsonNode event) {
        boolean migration = event.path("event").asText().equals("MIGRATION");
        return migration ? event.path("data").path("status").asText() : "";
    }

    long sourcePid() {
        return sourceProcess.process().pid();
    }

    long destinationPid() {
        return destinationProcess.process().pid();
    }

    @Override
    public void close() throws IOException {
        sourceProcess.close();
        destinationProcess.close();
        if (source.isPresent()) {
            source.get().close();
        }
        if (destination.isPresent()) {
            destination.get().close();
        }
    }
}
