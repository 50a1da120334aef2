package io.vmferry.tools.shell;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The file of the history: in the user's folder for state, as the XDG specification says. */
final class HistoryFile {

    private HistoryFile() {}

    /** The file, with its folder made; empty where there is no place for it. */
    static Optional<Path> locate(Map<String, String> environment) {
        String state = environment.getOrDefault("XDG_STATE_HOME", "");
        String home = environment.getOrDefault("HOME", "");
        Path folder;
        if (state.startsWith("/")) {
            folder = Path.of(state, "vmferry");
        } else if (home.startsWith("/")) {
            folder = Path.of(home, ".local", "state", "vmferry");
        } else {
            return Optional.empty();
        }
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            return Optional.empty();
        }
        return Files.isWritable(folder)
                ? Optional.of(folder.resolve("qmp-history"))
                : Optional.empty();
    }
}
