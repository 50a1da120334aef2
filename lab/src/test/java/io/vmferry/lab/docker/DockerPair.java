package io.vmferry.lab.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.lab.pair.CutPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** A source and a destination on a private network, and what tests do with them again and again. */
final class DockerPair implements AutoCloseable {

    private static final String MACHINE =
            "--memory 64M --vcpus 1 --capability postcopy-ram --capability events ";

    /** All that the guest writes to after its start lies in the first 4 MiB. */
    private static final String WORKLOAD = "--workload uniform,boot=64M,rate=2000,range=4M ";

    private static final int RANGE_BYTES = 4 << 20;

    /** Takes a minute for the guest's memory. */
    private static final long SLOW = 1 << 20;

    private final PrivateNetwork network;

    @SuppressWarnings("NullAway.Init") // set as the test begins
    private ContainerNode source;

    @SuppressWarnings("NullAway.Init") // set as the test begins
    private ContainerNode destination;

    DockerPair(Path directory) throws IOException {
        network = new PrivateNetwork(directory);
    }

    /** Starts both. */
    void start(String sourceOptions, String destinationOptions) throws Exception {
        destination = destination("dest", destinationOptions);
        source = network.source(MACHINE + WORKLOAD + sourceOptions);
    }

    /** Another destination that listens, whose monitor is listened to from the beginning. */
    ContainerNode destination(String name, String options) throws Exception {
        ContainerNode node = network.destination(name, MACHINE + options);
        node.qmp();
        // its monitor replies a little earlier
        node.awaitSaid("listening on .*");
        return node;
    }

    PrivateNetwork network() {
        return network;
    }

    ContainerNode source() {
        return source;
    }

    ContainerNode destination() {
        return destination;
    }

    /** Begins a migration that does not come to an end by itself. */
    void precopy() throws Exception {
        source.parameter("max-bandwidth", SLOW);
        source.parameter("max-postcopy-bandwidth", SLOW);
        source.migrate("tcp:dest:4444");
        source.qmp().awaitMigration("active");
        destination.qmp().awaitMigration("active");
    }

    /** Migrates until the guest runs at the destination, without most of its memory. */
    void postcopy() throws Exception {
        precopy();
        source.qmp().execute("migrate-start-postcopy");
        source.qmp().awaitMigration("postcopy-active");
        destination.qmp().awaitMigration("postcopy-active");
    }

    void awaitStatus(String status) throws Exception {
        CutPair.awaitStatus(source.qmp(), status);
        CutPair.awaitStatus(destination.qmp(), status);
    }

    /** Recovers a paused postcopy over a new connection. */
    void recover() throws Exception {
        awaitStatus("postcopy-paused");
        assertThat(destination.runState()).isEqualTo("running");
        source.qmp().forgetEvents();
        destination.qmp().forgetEvents();
        destination.qmp().execute("migrate-recover", "{\"uri\": \"tcp:0.0.0.0:4445\"}");
        source.resume("tcp:dest:4445");
        source.qmp().awaitMigration("postcopy-active");
        destination.qmp().awaitMigration("postcopy-active");
    }

    /** Lets the rest go at full speed; the guest has moved, and its memory is right. */
    void arrives() throws Exception {
        source.parameter("max-bandwidth", 0);
        source.parameter("max-postcopy-bandwidth", 0);
        source.qmp().awaitMigration("completed");
        arrived(destination);
    }

    /** The guest is at a destination, and its memory is what it last wrote. */
    void arrived(ContainerNode there) throws Exception {
        there.qmp().awaitMigration("completed");
        there.awaitSaid(".*Memory is what the guest last wrote.*");
        assertThat(source.runState()).isEqualTo("postmigrate");
        assertThat(there.runState()).isEqualTo("running");
    }

    /** Waits until it has written to its memory, which it only does where it runs. */
    void writes(ContainerNode node) throws Exception {
        byte[] before = workingSet(node);
        long end = System.nanoTime() + 60_000_000_000L;
        while (Arrays.equals(before, workingSet(node))) {
            assertThat(System.nanoTime()).as("the guest writes nothing any more").isLessThan(end);
        }
    }

    /** Read by the node itself, which waits for what is missing. */
    private byte[] workingSet(ContainerNode node) throws Exception {
        node.qmp().saveMemory(Path.of("range.img"), RANGE_BYTES);
        return Files.readAllBytes(network.shared("range.img"));
    }

    @Override
    public void close() throws IOException {
        network.close();
    }
}
