package io.vmferry.lab.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts the packaged daemons by their launchers in {@code scripts}. */
public final class Nodes {

    private Nodes() {}

    /** Starts {@code scripts/source-node}. */
    public static ChildProcess source(Path directory, String name, String... arguments)
            throws IOException {
        return node("source-node", directory, name, arguments);
    }

    /** Starts {@code scripts/dest-node}. */
    public static ChildProcess destination(Path directory, String name, String... arguments)
            throws IOException {
        return node("dest-node", directory, name, arguments);
    }

    /** Starts {@code scripts/dest-node} with a limit on its file descriptors. */
    public static ChildProcess destinationOfFew(
            int descriptors, Path directory, String name, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.addAll(List.of("bash", "-c", "ulimit -n " + descriptors + "; exec \"$@\"", "few"));
        command.add(scripts().resolve("dest-node").toString());
        command.addAll(List.of(arguments));
        return ChildProcess.start(directory, name, command);
    }

    private static ChildProcess node(
            String script, Path directory, String name, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(scripts().resolve(script).toString());
        command.addAll(List.of(arguments));
        return ChildProcess.start(directory, name, command);
    }

    /** The folder {@code scripts} of this checkout, found from any folder below it. */
    public static Path scripts() {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path scripts = at.resolve("scripts");
            if (Files.isExecutable(scripts.resolve("source-node"))) {
                return scripts;
            }
        }
        throw new IllegalStateException(
                "No scripts/source-node above " + Path.of("").toAbsolutePath());
    }
}
