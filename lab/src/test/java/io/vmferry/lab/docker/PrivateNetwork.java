package io.vmferry.lab.docker;

import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.ContainerNetwork;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/**
 * A private container network, the nodes on it and one folder that they share for the lease.
 * Monitors are reached by sockets in folders of this machine, also without the network.
 */
final class PrivateNetwork implements AutoCloseable {

    private static final String SOCKETS = "/run/vmferry";
    private static final String SHARED = "/var/lib/vmferry";
    private static final String MONITOR = "unix:" + SOCKETS + "/qmp";

    private final Path directory;
    private final Path shared;
    private final Network network;
    private final List<ContainerNode> nodes = new ArrayList<>();

    PrivateNetwork(Path directory) throws IOException {
        this.directory = directory;
        this.shared = folder("shared");
        this.network =
                Network.builder().createNetworkCmdModifier(cmd -> cmd.withInternal(true)).build();
    }

    /**
     * Starts a source with the lease and a monitor.
     *
     * @param options separated by blanks
     */
    ContainerNode source(String options) throws IOException {
        return start(Images.source(), "source", options);
    }

    /**
     * Starts a destination, likewise, that listens on port 4444.
     *
     * @param name under which the source finds it
     */
    ContainerNode destination(String name, String options) throws IOException {
        return start(Images.destination(), name, "--incoming tcp:0.0.0.0:4444 " + options);
    }

    private ContainerNode start(String image, String name, String options) throws IOException {
        Path sockets = folder(name);
        List<String> words = new ArrayList<>(List.of("--lease", "guest.lease", "--qmp", MONITOR));
        words.addAll(List.of(options.strip().split("\\s+")));
        GenericContainer<?> container =
                new GenericContainer<>(DockerImageName.parse(image))
                        .withImagePullPolicy(_ -> false)
                        .withNetwork(network)
                        .withNetworkAliases(name)
                        .withCommand(words.toArray(String[]::new))
                        .withCreateContainerCmdModifier(cmd ->
                                cmd.withUser(user())
                                        .getHostConfig()
                                        .withBinds(bind(sockets, SOCKETS), bind(shared, SHARED)))
                        .waitingFor(
                                Wait.forLogMessage(".*Monitor at " + MONITOR + ".*", 1)
                                        .withStartupTimeout(Duration.ofSeconds(60)));
        try {
            container.start();
        } catch (RuntimeException e) {
            container.stop();
            throw e;
        }
        ContainerNode node = new ContainerNode(container, sockets.resolve("qmp"));
        nodes.add(node);
        return node;
    }

    private static Bind bind(Path here, String there) {
        return Bind.parse(here + ":" + there);
    }

    /** The user of a container: the image's own for root, or else the current user. */
    private String user() {
        try {
            Object uid = Files.getAttribute(directory, "unix:uid");
            return uid.equals(0) ? "" : uid + ":" + Files.getAttribute(directory, "unix:gid");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file that the nodes see in their working folder. */
    Path shared(String name) {
        return shared.resolve(name);
    }

    private Path folder(String name) throws IOException {
        Path folder = Files.createDirectory(directory.resolve(name));
        return Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    }

    /**
     * Disconnects a node from the network with {@code docker network disconnect}: its interface is
     * removed, and no connection is closed.
     */
    void disconnect(ContainerNode node) {
        node.docker()
                .disconnectFromNetworkCmd()
                .withNetworkId(network.getId())
                .withContainerId(node.id())
                .exec();
    }

    /** {@code docker network connect --alias}. */
    void connect(ContainerNode node, String name) {
        node.docker()
                .connectToNetworkCmd()
                .withNetworkId(network.getId())
                .withContainerId(node.id())
                .withContainerNetwork(new ContainerNetwork().withAliases(name))
                .exec();
    }

    @Override
    public void close() throws IOException {
        try {
            for (ContainerNode node : nodes) {
                node.close();
            }
        } finally {
            network.close();
        }
    }
}
