package io.vmferry.lab.matrix;

import io.vmferry.lab.process.Nodes;
import io.vmferry.lab.process.RealNode;
import io.vmferry.protocol.status.Side;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The two daemons of a cell, over one folder with one lease. */
final class RealPair implements AutoCloseable {

    private static final String BANDWIDTH = Integer.toString(16 << 20);
    private static final List<String> MACHINE = List.of("--memory", "64M", "--vcpus", "2");
    private static final List<String> WORKLOAD =
            List.of("--workload", "uniform,rate=500,zero=10,compressible=20,boot=8M");

    private final Course course;
    private final Path directory;
    private final List<RealNode> nodes = new ArrayList<>();
    private final RealNode source;
    private RealNode destination;

    @SuppressWarnings("NullAway.Init") // set by the start of the destination, which comes first
    private String destinationUri;

    /**
     * Starts both.
     *
     * @param sourcePlan what {@code --fault} is given there
     */
    RealPair(Course course, Path directory, List<String> sourcePlan, List<String> destinationPlan)
            throws IOException, InterruptedException {
        this.course = course;
        this.directory = directory;
        this.destination = destination("destination", destinationPlan);
        this.source = source(sourcePlan);
    }

    RealNode source() {
        return source;
    }

    /** The last destination that was started. */
    RealNode destination() {
        return destination;
    }

    RealNode node(Side side) {
        return side == Side.SOURCE ? source : destination;
    }

    /** Another destination, in which nothing goes wrong. */
    void freshDestination() throws IOException, InterruptedException {
        destination = destination("second", List.of());
    }

    /** Migrates; what becomes of it is to be seen. */
    void migrate() throws InterruptedException {
        source.tell("migrate", "{\"uri\": \"%s\"}".formatted(destinationUri));
        if (course.postcopy()) {
            source.tell("migrate-start-postcopy", "{}");
        }
    }

    /** Recovers a paused postcopy, over a new socket each time. */
    void recover(int round) throws InterruptedException {
        String uri = "unix:" + directory.resolve("r" + round);
        destination.tell("migrate-recover", "{\"uri\": \"%s\"}".formatted(uri));
        source.tell("migrate", "{\"uri\": \"%s\", \"resume\": true}".formatted(uri));
    }

    private RealNode source(List<String> plan) throws IOException, InterruptedException {
        List<String> options = common("source", plan);
        options.addAll(WORKLOAD);
        options.addAll(
                List.of(
                        "--return-path",
                        course.returnPathMode().text(),
                        "--parameter",
                        "max-bandwidth=" + BANDWIDTH,
                        "--parameter",
                        "max-postcopy-bandwidth=" + BANDWIDTH));
        return kept(
                new RealNode(
                        Nodes.source(directory, "source", options.toArray(String[]::new)),
                        monitor("source")));
    }

    private RealNode destination(String name, List<String> plan)
            throws IOException, InterruptedException {
        List<String> options = common(name, plan);
        destinationUri = "unix:" + directory.resolve(name);
        options.addAll(List.of("--incoming", destinationUri));
        return kept(
                new RealNode(
                        Nodes.destination(directory, name, options.toArray(String[]::new)),
                        monitor(name)));
    }

    private List<String> common(String name, List<String> plan) {
        List<String> options = new ArrayList<>(MACHINE);
        course.devices().forEach(device -> options.addAll(List.of("--device", device)));
        course.capabilityNames().forEach(c -> options.addAll(List.of("--capability", c)));
        plan.forEach(fault -> options.addAll(List.of("--fault", fault)));
        options.addAll(List.of("--profile", course.profile().text()));
        options.addAll(List.of("--lease", directory.resolve("lease").toString()));
        options.addAll(List.of("--qmp", "unix:" + monitor(name), "--verbose"));
        return options;
    }

    private Path monitor(String name) {
        return directory.resolve(name + ".qmp");
    }

    private RealNode kept(RealNode node) {
        nodes.add(node);
        return node;
    }

    @Override
    public void close() throws IOException {
        for (RealNode node : nodes) {
            node.close();
        }
    }
}
