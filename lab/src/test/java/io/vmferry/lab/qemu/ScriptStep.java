package io.vmferry.lab.qemu;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** One line of a script that is played to a real QEMU and to vmferry. */
sealed interface ScriptStep {

    /** A command whose replies must be equal. */
    record Same(String command) implements ScriptStep {}

    /** A command whose replies must have the same members and types. */
    record SameShape(String command) implements ScriptStep {}

    /** A command whose replies differ on purpose. */
    record Different(String command, String why) implements ScriptStep {}

    /** Both sides continue when {@code query-migrate} reports a status. */
    record Await(String status) implements ScriptStep {}

    /** Reads a script beside this class. */
    static List<ScriptStep> read(String name) throws IOException {
        try (InputStream in = ScriptStep.class.getResourceAsStream(name);
                BufferedReader lines =
                        new BufferedReader(
                                new InputStreamReader(
                                        Objects.requireNonNull(in, name),
                                        StandardCharsets.UTF_8))) {
            return lines.lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(ScriptStep::of)
                    .toList();
        }
    }

    private static ScriptStep of(String line) {
        String rest = line.substring(Math.min(2, line.length()));
        if (line.startsWith("= ")) {
            return new Await(rest);
        }
        if (line.startsWith("? ")) {
            return new SameShape(rest);
        }
        if (line.startsWith("~ ")) {
            int bar = rest.indexOf(" | ");
            return new Different(rest.substring(bar + 3), rest.substring(0, bar));
        }
        return new Same(line);
    }
}
