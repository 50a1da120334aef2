package io.vmferry.lab.process;

import java.io.File;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The programs of this machine. */
public final class Programs {

    private Programs() {}

    /** Whether a program is on the PATH. */
    public static boolean installed(String name) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .map(folder -> Path.of(folder, name).toFile())
                .anyMatch(File::canExecute);
    }
}
