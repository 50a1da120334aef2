package io.vmferry.machine.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A disk that is full as soon as a test wants it to be. Only root can have one. */
public record TinyDisk(Path path) implements AutoCloseable {

    /** Mounts one in a directory; whoever may not do that skips the test. */
    public static TinyDisk mount(Path directory) throws IOException {
        Path path = Files.createDirectory(directory.resolve("tiny"));
        boolean mounted =
                run("mount", "-t", "tmpfs", "-o", "size=64k", "tiny", path.toString()) == 0;
        assumeTrue(mounted, "only root can mount a file system of a test");
        return new TinyDisk(path);
    }

    private static int run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.inputReader().lines().forEach(line -> {});
        return process.onExit().join().exitValue();
    }

    /** Nothing more can be written to it, unless it is written over something. */
    public void fill() throws IOException {
        assertThat(run("dd", "if=/dev/zero", "of=" + path.resolve("filler"), "bs=4096"))
                .as("dd ends when the disk is full")
                .isNotZero();
    }

    /** There is room again. */
    public void free() throws IOException {
        Files.delete(path.resolve("filler"));
    }

    @Override
    public void close() throws IOException {
        assertThat(run("umount", path.toString())).isZero();
    }
}
