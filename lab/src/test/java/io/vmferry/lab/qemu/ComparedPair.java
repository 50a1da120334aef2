package io.vmferry.lab.qemu;

import com.fasterxml.jackson.databind.JsonNode;
import io.vmferry.lab.process.ChildProcess;
import io.vmferry.lab.process.Nodes;
import io.vmferry.lab.process.Qemu;
import io.vmferry.lab.process.QmpClient;
import io.vmferry.lab.process.RealQemu;
import io.vmferry.protocol.profile.Profile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A source and a destination of one kind, real QEMUs or our daemons, with the same machine and
 * memory; driven by the same commands, so that their replies can be compared.
 */
final class ComparedPair implements AutoCloseable {

    private static final int MEBIBYTES = 64;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ChildProcess sourceProcess;
    private final ChildProcess destinationProcess;
    final QmpClient source;
    final QmpClient destination;

    /** The replies of both sides to query-migrate, by moment. */
    final Map<String, String> shapes = new TreeMap<>();

    private ComparedPair(Path directory, ChildProcess source, ChildProcess destination)
            throws IOException, InterruptedException {
        this.sourceProcess = source;
        this.destinationProcess = destination;
        this.source = QmpClient.connect(source, Qemu.monitor(directory, "source"));
        this.destination = QmpClient.connect(destination, Qemu.monitor(directory, "destination"));
    }

    static ComparedPair ofQemu(Path directory, Path image)
            throws IOException, InterruptedException {
        return new ComparedPair(
                directory,
                Qemu.withImage(directory, "source", MEBIBYTES, image),
                Qemu.empty(directory, "destination", MEBIBYTES, "-incoming", "defer"));
    }

    /** Two QEMUs of a version that need not be this machine's own. */
    static ComparedPair ofQemu(RealQemu qemu, Path directory, Path image)
            throws IOException, InterruptedException {
        Path source = Files.createDirectory(directory.resolve("source"));
        Path destination = Files.createDirectory(directory.resolve("destination"));
        return new ComparedPair(
                directory,
                qemu.start(
                        source, MEBIBYTES, Qemu.monitor(directory, "source"), Optional.of(image)),
                qemu.start(
                        destination,
                        MEBIBYTES,
                        Qemu.monitor(directory, "destination"),
                        Optional.empty(),
                        "-incoming",
                        "defer"));
    }

    static ComparedPair ofOurs(Path directory, Path image)
            throws IOException, InterruptedException {
        return ofOurs(Profile.QEMU_7_2, directory, image);
    }

    static ComparedPair ofOurs(Profile profile, Path directory, Path image)
            throws IOException, InterruptedException {
        return new ComparedPair(
                directory,
                Nodes.source(
                        directory,
                        "source",
                        ours(profile, directory, "source", "--memory-image", image.toString())),
                Nodes.destination(
                        directory,
                        "destination",
                        ours(profile, directory, "destination", "--incoming", "defer")));
    }

    private static String[] ours(Profile profile, Path directory, String name, String... more) {
        List<String> words = new ArrayList<>(List.of("--machine", "none"));
        words.addAll(List.of("--profile", profile.text()));
        words.addAll(List.of("--memory", MEBIBYTES + "M"));
        words.addAll(List.of("--qmp", "unix:" + Qemu.monitor(directory, name)));
        words.addAll(List.of(more));
        return words.toArray(String[]::new);
    }

    /** Records the members and their types in the current replies of both sides. */
    void note(String moment) throws InterruptedException {
        noteSource(moment);
        shapes.put(moment + ", destination", shape(destination.execute("query-migrate")));
    }

    /** Records the reply of a source whose destination may have ended. */
    void noteSource(String moment) throws InterruptedException {
        shapes.put(moment + ", source", shape(source.execute("query-migrate")));
    }

    /** Member names, sorted, with their types; the status with its value. */
    private static String shape(JsonNode value) {
        if (value.isObject()) {
            Map<String, String> members = new TreeMap<>();
            value.properties()
                    .forEach(member -> {
                        JsonNode inner = member.getValue();
                        boolean told = member.getKey().equals("status");
                        members.put(member.getKey(), told ? inner.asText() : shape(inner));
                    });
            return members.toString();
        }
        if (value.isArray()) {
            List<String> elements = new ArrayList<>();
            value.forEach(element -> elements.add(shape(element)));
            return elements.toString();
        }
        return value.isNumber() ? "number" : value.getNodeType().toString();
    }

    void capabilities(QmpClient client, String... names) throws InterruptedException {
        for (String name : names) {
            client.execute(
                    "migrate-set-capabilities",
                    "{\"capabilities\": [{\"capability\": \"%s\", \"state\": true}]}"
                            .formatted(name));
        }
    }

    void bandwidth(long bytesPerSecond) throws InterruptedException {
        parameter("max-bandwidth", bytesPerSecond);
    }

    /** Sets a parameter of the source. */
    void parameter(String name, long value) throws InterruptedException {
        source.execute("migrate-set-parameters", "{\"%s\": %d}".formatted(name, value));
    }

    /** Waits for a status by polling, without events. */
    void awaitStatus(QmpClient client, String wanted) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        String status;
        do {
            status = client.execute("query-migrate").path("status").asText();
            if (System.nanoTime() > end) {
                throw new AssertionError("Expected status " + wanted + ", it is " + status);
            }
        } while (!status.equals(wanted));
    }

    void killDestination() {
        destinationProcess.kill();
    }

    @Override
    public void close() throws IOException {
        source.close();
        destination.close();
        sourceProcess.close();
        destinationProcess.close();
    }
}
