package io.vmferry.lab.clients;

import io.vmferry.lab.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A program under test.
 *
 * @param tcp whether it migrates to a TCP port, not to a UNIX socket
 */
record Client(String name, boolean tcp, List<String> command) {

    private static final Pattern INTERPRETER =
            Pattern.compile("(python|perl|ruby|node|bash|sh|java)[0-9.]*");

    /** Whether there is a program of this name, or at this path. */
    static boolean startable(String program) {
        return program.contains("/")
                ? Files.isExecutable(Path.of(program)) && !Files.isDirectory(Path.of(program))
                : ChildProcess.installed(program);
    }

    /** The file name of a command; of its script where an interpreter runs one. */
    static String nameOf(List<String> command) {
        String program = fileName(command.getFirst());
        boolean runsScript =
                command.size() > 1
                        && INTERPRETER.matcher(program).matches()
                        && Files.isRegularFile(Path.of(command.get(1)));
        return runsScript ? fileName(command.get(1)) : program;
    }

    private static String fileName(String path) {
        return Objects.requireNonNullElse(Path.of(path).getFileName(), path).toString();
    }

    /**
     * Reads lines of a name, {@code tcp} or {@code unix}, and the words of a command, all separated
     * by tabs.
     */
    static List<Client> read(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .map(line -> Arrays.asList(line.split("\t")))
                .map(words -> {
                    if (words.size() < 3 || !List.of("tcp", "unix").contains(words.get(1))) {
                        throw new IllegalArgumentException(
                                "Expected NAME, tcp or unix, COMMAND with tabs between, not "
                                        + words);
                    }
                    return new Client(
                            words.getFirst(),
                            words.get(1).equals("tcp"),
                            words.subList(2, words.size()));
                })
                .toList();
    }
}
