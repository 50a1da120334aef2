package io.vmferry.lab.clients;

import io.vmferry.lab.process.ChildProcess;
import io.vmferry.lab.process.Nodes;
import io.vmferry.lab.process.RealNode;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.ProtocolPoint;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.status.Side;
import io.vmferry.protocol.stream.CommandType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Two daemons for one situation. Each has two monitors: the first is the client's, the second tells
 * how things are.
 */
final class ClientPair implements AutoCloseable {

    private static final List<String> COMMON =
            List.of("--memory", "64M", "--device", "virtio-net", "--capability", "events");
    private static final List<String> SOURCE =
            List.of(
                    "--workload",
                    "uniform,rate=500,zero=10,compressible=20,boot=16M",
                    "--return-path",
                    "inline",
                    "--parameter",
                    "max-bandwidth=33554432");

    private static final String GUEST_RUNS =
            " " + new ProtocolPoint(PointName.COMMAND_RECEIVED, CommandType.POSTCOPY_RUN);

    private static final Set<String> WAITING =
            Set.of(
                    "postcopy-active",
                    "postcopy-paused",
                    "postcopy-recover",
                    "postcopy-recover-setup");

    private static final long EXAMINED_MILLIS = 30_000;

    private final Path directory;
    private final String migrateUri;
    private final RealNode source;
    private final RealNode destination;

    private ClientPair(Path directory, String migrateUri, RealNode source, RealNode destination) {
        this.directory = directory;
        this.migrateUri = migrateUri;
        this.source = source;
        this.destination = destination;
    }

    /**
     * Starts both.
     *
     * @param tcp whether the destination listens on a port of the loopback address
     */
    static ClientPair start(
            Situation situation, Profile profile, int holdMillis, boolean tcp, Path directory)
            throws IOException, InterruptedException {
        String uri = tcp ? "tcp:127.0.0.1:0" : "unix:" + directory.resolve("migrate");
        List<String> there =
                options(situation.destination(), "destination", profile, holdMillis, directory);
        there.addAll(List.of("--incoming", uri));
        List<String> here = options(situation.source(), "source", profile, holdMillis, directory);
        here.addAll(SOURCE);
        ChildProcess second =
                Nodes.destination(directory, "destination", there.toArray(String[]::new));
        ChildProcess first;
        try {
            first = Nodes.source(directory, "source", here.toArray(String[]::new));
        } catch (IOException | RuntimeException e) {
            second.close();
            throw e;
        }
        try {
            RealNode destination = new RealNode(second, monitor(directory, "destination.own"));
            RealNode source = new RealNode(first, monitor(directory, "source.own"));
            return new ClientPair(directory, tcp ? bound(destination) : uri, source, destination);
        } catch (IOException | InterruptedException | RuntimeException | AssertionError e) {
            first.close();
            second.close();
            throw e;
        }
    }

    private static List<String> options(
            List<String> own, String name, Profile profile, int holdMillis, Path directory) {
        List<String> options = new ArrayList<>(COMMON);
        options.addAll(Situation.filled(own, holdMillis));
        options.addAll(List.of("--profile", profile.text()));
        options.addAll(List.of("--lease", directory.resolve("lease").toString(), "--verbose"));
        options.addAll(List.of("--qmp", "unix:" + monitor(directory, name)));
        options.addAll(List.of("--qmp", "unix:" + monitor(directory, name + ".own")));
        return options;
    }

    private static Path monitor(Path directory, String name) {
        return directory.resolve(name + ".qmp");
    }

    /** A QEMU tells its port once it listens. */
    private static String bound(RealNode destination) throws InterruptedException {
        return "tcp:127.0.0.1:"
                + destination
                        .tell("query-migrate", "{}")
                        .at("/return/socket-address/0/port")
                        .asText();
    }

    RealNode node(Side side) {
        return side == Side.SOURCE ? source : destination;
    }

    /** The monitor that a client of the source uses. */
    Path clientMonitor() {
        return monitor(directory, "source");
    }

    /** Migrates, for a client that joins. */
    void migrate() throws InterruptedException {
        source.tell("migrate", "{\"uri\": \"%s\"}".formatted(migrateUri));
    }

    /** What a client has to know. */
    Map<String, String> environment() {
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("VMFERRY_SOURCE_QMP", clientMonitor().toString());
        variables.put("VMFERRY_DESTINATION_QMP", monitor(directory, "destination").toString());
        variables.put("VMFERRY_MIGRATE_URI", migrateUri);
        variables.put("VMFERRY_DIRECTORY", directory.toString());
        variables.put("VMFERRY_SOURCE_PID", Long.toString(source.pid()));
        variables.put("VMFERRY_DESTINATION_PID", Long.toString(destination.pid()));
        return variables;
    }

    /** Whether a migration has ever begun. */
    boolean migrated() throws InterruptedException {
        return !source.alive() || !Set.of("", "none").contains(source.status());
    }

    /** Whether nothing more will happen without somebody else. */
    boolean atRest() throws InterruptedException {
        boolean begun = migrated();
        boolean quiet = !begun || source.ended();
        boolean here = Set.of("", "none", "setup").contains(destination.status());
        return quiet && (destination.ended() || here);
    }

    /** The statuses of both. */
    String statuses() throws InterruptedException {
        return status(source) + " / " + status(destination);
    }

    private static String status(RealNode node) throws InterruptedException {
        String status = node.status();
        return !node.alive() ? "gone" : status.isEmpty() ? "none" : status;
    }

    /** What has become of the guest. */
    GuestEnd end() throws IOException, InterruptedException {
        boolean here = source.runsGuest();
        boolean there = destination.runsGuest();
        if (here && there) {
            return GuestEnd.TWICE;
        }
        if (destination.status().equals("completed")) {
            return there ? examined() : GuestEnd.STRANDED;
        }
        if (here) {
            return GuestEnd.SAFE;
        }
        if (!source.alive()) {
            return GuestEnd.LOST;
        }
        boolean ran = destination.log().contains(GUEST_RUNS);
        if (WAITING.contains(source.status())) {
            boolean waits = destination.alive() && WAITING.contains(destination.status());
            return waits || !ran ? GuestEnd.STRANDED : GuestEnd.LOST;
        }
        return ran || source.status().equals("completed") ? GuestEnd.LOST : GuestEnd.STRANDED;
    }

    private GuestEnd examined() throws IOException, InterruptedException {
        if (!Waiting.until(EXAMINED_MILLIS, () -> destination.said().contains(" oracle "))) {
            throw new IOException("The destination says nothing of the memory that has come");
        }
        return destination.said().contains("Memory is what the guest last wrote")
                ? GuestEnd.MOVED
                : GuestEnd.DAMAGED;
    }

    @Override
    public void close() throws IOException {
        try (destination) {
            source.close();
        }
    }
}
