package io.vmferry.machine.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A small file system that a test can fill. Mounting it needs root. */
public record TinyDisk(Path path) implements AutoCloseable {

    /** Mounts a file system below a directory; skips the test if that is not permitted. */
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

    /** Fills the disk: only writes in place still succeed. */
    public void fill() throws IOException {
        assertThat(run("dd", "if=/dev/zero", "of=" + path.resolve("filler"), "bs=4096"))
                .as("dd ends when the disk is full")
                .isNotZero();
    }

    /** Frees the space that {@link #fill} took. */
    public void free() throws IOException {
        Files.delete(path.resolve("filler"));
    }

    @Override
    public void close() throws IOException {
        assertThat(run("umount", path.toString())).isZero();
    }
}
