package io.vmferry.lab.clients;

import io.vmferry.lab.process.ChildProcess;
import io.vmferry.lab.process.Nodes;
import io.vmferry.lab.process.RealNode;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.ProtocolPoint;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.stream.CommandType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Pairs of our two daemons, with the faults of a situation in them.
 *
 * @param asQemu whether they also lose what a QEMU of that version loses
 */
record DaemonPairs(Profile profile, boolean asQemu) implements Pairs {

    private static final List<String> COMMON =
            List.of("--memory", "64M", "--device", "virtio-net", "--capability", "events");
    private static final List<String> SOURCE =
            List.of(
                    "--workload",
                    "uniform,rate=500,zero=10,compressible=20,boot=16M",
                    "--return-path",
                    "inline",
                    "--parameter",
                    "max-bandwidth=33554432",
                    // the guest asks for a page before all of them have come
                    "--parameter",
                    "max-postcopy-bandwidth=16777216");

    @Override
    public String version() {
        return asQemu ? profile.text() + " --as-qemu" : profile.text();
    }

    @Override
    public boolean has(Situation situation) {
        return situation.isIn(profile);
    }

    @Override
    public ClientPair start(Situation situation, int holdMillis, boolean tcp, Path directory)
            throws IOException, InterruptedException {
        String uri = tcp ? "tcp:127.0.0.1:0" : "unix:" + directory.resolve("migrate");
        List<String> there = options(situation.destination(), "destination", holdMillis, directory);
        there.addAll(List.of("--incoming", uri));
        List<String> here = options(situation.source(), "source", holdMillis, directory);
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
            RealNode destination =
                    new RealNode(second, ClientPair.monitor(directory, "destination.own"));
            RealNode source = new RealNode(first, ClientPair.monitor(directory, "source.own"));
            return new ClientPair(
                    directory,
                    tcp ? ClientPair.bound(destination) : uri,
                    source,
                    destination,
                    new DaemonLog(source, destination));
        } catch (IOException | InterruptedException | RuntimeException | AssertionError e) {
            first.close();
            second.close();
            throw e;
        }
    }

    private List<String> options(List<String> own, String name, int holdMillis, Path directory) {
        List<String> options = new ArrayList<>(COMMON);
        options.addAll(Situation.filled(own, holdMillis));
        options.addAll(List.of("--profile", profile.text()));
        if (asQemu) {
            options.add("--as-qemu");
        }
        options.addAll(List.of("--lease", directory.resolve("lease").toString(), "--verbose"));
        options.addAll(List.of("--qmp", "unix:" + ClientPair.monitor(directory, name)));
        options.addAll(List.of("--qmp", "unix:" + ClientPair.monitor(directory, name + ".own")));
        return options;
    }

    /** Reads the logs for protocol points and the destination's output for the oracle's verdict. */
    private record DaemonLog(RealNode source, RealNode destination)
            implements ClientPair.GuestProof {

        private static final String GUEST_RUNS =
                " " + new ProtocolPoint(PointName.COMMAND_RECEIVED, CommandType.POSTCOPY_RUN);
        private static final long EXAMINED_MILLIS = 30_000;

        @Override
        public boolean had(String status) throws IOException {
            return source.log().contains(" status(%s)".formatted(status));
        }

        @Override
        public boolean ran() throws IOException {
            return destination.log().contains(GUEST_RUNS);
        }

        @Override
        public boolean whole() throws IOException, InterruptedException {
            if (!Waiting.until(EXAMINED_MILLIS, () -> destination.said().contains(" oracle "))) {
                throw new IOException("The destination says nothing of the memory that has come");
            }
            return destination.said().contains("Memory is what the guest last wrote");
        }

        @Override
        public void close() {
            // the pair ends the destination
        }
    }
}
