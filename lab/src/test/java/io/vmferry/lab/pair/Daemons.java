package io.vmferry.lab.pair;

import io.vmferry.lab.process.ChildProcess;
import io.vmferry.lab.process.Nodes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Where a test's nodes lie: starts them over one directory with one lease, and ends them all. */
final class Dock implements AutoCloseable {

    private static final String MONITOR = "--qmp";

    private final Path directory;
    private final Path lease;
    private final List<Node> nodes = new ArrayList<>();

    Dock(Path directory) {
        this(directory, directory.resolve("lease"));
    }

    /**
     * @param lease where the nodes have their lease
     */
    Dock(Path directory, Path lease) {
        this.directory = directory;
        this.lease = lease;
    }

    /**
     * Starts {@code scripts/source-node} with the lease of this dock.
     *
     * @param options separated by blanks; {@code --qmp} opens the monitor that {@link Node#qmp}
     *     talks to
     */
    Node source(String options) throws IOException {
        String name = "source" + nodes.size();
        return kept(Nodes.source(directory, name, arguments(name, options)), name);
    }

    /** Starts {@code scripts/dest-node}, likewise. */
    Node destination(String options) throws IOException {
        String name = "dest" + nodes.size();
        return kept(Nodes.destination(directory, name, arguments(name, options)), name);
    }

    /** The same with no more than so many descriptors. */
    Node destinationOfFew(int descriptors, String options) throws IOException {
        String name = "dest" + nodes.size();
        return kept(
                Nodes.destinationOfFew(descriptors, directory, name, arguments(name, options)),
                name);
    }

    /** A path in the directory. */
    Path file(String name) {
        return directory.resolve(name);
    }

    private String[] arguments(String name, String options) {
        List<String> words = new ArrayList<>(List.of("--lease", lease.toString()));
        for (String word : options.strip().split("\\s+")) {
            words.add(word);
            if (word.equals(MONITOR)) {
                words.add("unix:" + monitor(name));
            }
        }
        return words.toArray(String[]::new);
    }

    private Path monitor(String name) {
        return file(name + ".qmp");
    }

    private Node kept(ChildProcess process, String name) {
        Node node = new Node(process, monitor(name));
        nodes.add(node);
        return node;
    }

    @Override
    public void close() throws IOException {
        for (Node node : nodes) {
            node.close();
        }
    }
}
