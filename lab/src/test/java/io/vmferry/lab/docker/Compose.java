package io.vmferry.lab.docker;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmferry.lab.process.ChildProcess;
import io.vmferry.lab.process.Nodes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code scripts/docker/compose.yml} and whichever program for it is installed. */
final class Compose {

    private final Path directory;
    private final List<String> program;

    /**
     * @param directory for what it prints
     */
    Compose(Path directory) throws Exception {
        this.directory = directory;
        this.program = program(directory);
    }

    private static List<String> program(Path directory) throws Exception {
        if (ChildProcess.installed("docker")) {
            List<String> plugin = List.of("docker", "compose", "version");
            try (ChildProcess version = ChildProcess.start(directory, "version", plugin)) {
                if (version.exitCode() == 0) {
                    return plugin.subList(0, 2);
                }
            }
        }
        assumeTrue(
                ChildProcess.installed("docker-compose"),
                "neither docker compose nor docker-compose is installed");
        return List.of("docker-compose");
    }

    /**
     * Starts it with a command. All that it and the containers print is in stdout: version 1 has it
     * there, version 2 keeps the streams of the containers apart.
     *
     * @param settings {@code NAME=value} for the file's variables
     */
    ChildProcess start(String name, List<String> settings, String... command) throws Exception {
        List<String> words = new ArrayList<>(List.of("sh", "-c", "exec \"$@\" 2>&1", "sh", "env"));
        words.addAll(settings);
        words.addAll(program);
        words.addAll(List.of("-f", Nodes.scripts().resolve("docker/compose.yml").toString()));
        words.addAll(List.of(command));
        return ChildProcess.start(directory, name, words);
    }
}
