package io.vmferry.lab;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks of the files and folders that a program is to write, before its work begins. */
public final class OutputFile {

    private OutputFile() {}

    /**
     * Rejects files that cannot be written, and one that two options name.
     *
     * @param files by their options; null for an option that is not given
     * @throws IllegalArgumentException that says what is wrong
     */
    public static void require(Map<String, @Nullable Path> files) {
        Set<Path> seen = new HashSet<>();
        files.forEach((option, file) -> {
            if (file != null) {
                require(option, file);
                if (!seen.add(file.toAbsolutePath().normalize())) {
                    throw new IllegalArgumentException(
                            "%s %s: another option writes this file".formatted(option, file));
                }
            }
        });
    }

    private static void require(String option, Path file) {
        if (file.toString().isEmpty() || Files.isDirectory(file)) {
            throw wrong(option, file, "expected a file, this is a folder");
        }
        if (Files.exists(file)) {
            if (!Files.isWritable(file)) {
                throw wrong(option, file, "the file is there and must not be written");
            }
            return;
        }
        Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent());
        if (!Files.isDirectory(folder)) {
            throw wrong(option, file, "there is no folder " + folder);
        }
        if (!Files.isWritable(folder)) {
            throw wrong(option, file, "nothing can be written into the folder " + folder);
        }
    }

    /**
     * Rejects a folder that is not there and cannot be created, or cannot be written into. Creates
     * nothing.
     *
     * @throws IllegalArgumentException that says what is wrong
     */
    public static void requireFolder(String option, Path folder) {
        Path there = folder.toAbsolutePath().normalize();
        while (!Files.exists(there)) {
            there = Objects.requireNonNull(there.getParent());
        }
        if (!Files.isDirectory(there)) {
            throw wrong(option, folder, there + " is no folder");
        }
        if (!Files.isWritable(there)) {
            throw wrong(option, folder, "nothing can be written into the folder " + there);
        }
    }

    private static IllegalArgumentException wrong(String option, Path path, String why) {
        return new IllegalArgumentException("Cannot write %s %s: %s".formatted(option, path, why));
    }
}
