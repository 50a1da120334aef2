package io.vmferry.lab.pair;

import io.vmferry.lab.process.ChildProcess;
import io.vmferry.lab.process.Nodes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The daemons of a test: starts them with one directory and one lease, and ends them all. */
final class Daemons implements AutoCloseable {

    private static final String MONITOR = "--qmp";

    private final Path directory;
    private final Path lease;
    private final List<DaemonProcess> nodes = new ArrayList<>();

    Daemons(Path directory) {
        this(directory, directory.resolve("lease"));
    }

    /**
     * @param lease the lease file of the daemons
     */
    Daemons(Path directory, Path lease) {
        this.directory = directory;
        this.lease = lease;
    }

    /**
     * Starts {@code scripts/source-node} with the common lease.
     *
     * @param options separated by blanks; {@code --qmp} opens the monitor that {@link
     *     DaemonProcess#qmp} talks to
     */
    DaemonProcess source(String options) throws IOException {
        String name = "source" + nodes.size();
        return kept(Nodes.source(directory, name, arguments(name, options)), name);
    }

    /** Starts {@code scripts/dest-node}, likewise. */
    DaemonProcess destination(String options) throws IOException {
        String name = "dest" + nodes.size();
        return kept(Nodes.destination(directory, name, arguments(name, options)), name);
    }

    /** Starts {@code scripts/dest-node} with a limit on its file descriptors. */
    DaemonProcess destinationOfFew(int descriptors, String options) throws IOException {
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

    private DaemonProcess kept(ChildProcess process, String name) {
        DaemonProcess node = new DaemonProcess(process, monitor(name));
        nodes.add(node);
        return node;
    }

    @Override
    public void close() throws IOException {
        for (DaemonProcess node : nodes) {
            node.close();
        }
    }
}
