package io.vmferry.lab.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The temporary files of a run of benchmarks, removed at its end. A measurement closes its
 * processes; those that it had no time for, as after a signal, end with this process.
 */
final class BenchFiles implements AutoCloseable {

    private static final Path MEMORY_FILES = Path.of("/dev/shm");

    private static final int REMOVAL_ATTEMPTS = 100;

    private final Path folder;

    /** The folder of large images: in memory, since a disk would slow the start of a QEMU down. */
    private final Path images;

    private volatile boolean ending;

    private BenchFiles(Path folder, Path images) {
        this.folder = folder;
        this.images = images;
    }

    static BenchFiles create() throws IOException {
        Path folder = Files.createTempDirectory("vmferry-bench");
        Path images =
                Files.isWritable(MEMORY_FILES)
                        ? Files.createTempDirectory(MEMORY_FILES, "vmferry-bench")
                        : folder;
        BenchFiles scratch = new BenchFiles(folder, images);
        Runtime.getRuntime().addShutdownHook(new Thread(scratch::end, "scratch"));
        return scratch;
    }

    Path folder() {
        return folder;
    }

    Path images() {
        return images;
    }

    @Override
    public void close() {
        if (!ending) {
            remove(folder);
            remove(images);
        }
    }

    private void end() {
        ending = true;
        // a process that is still to be started finds no folder for its output
        remove(folder);
        // this process ends: all that it has started belongs to the run
        List<ProcessHandle> children = children();
        while (!children.isEmpty()) {
            children.forEach(ProcessHandle::destroyForcibly);
            children.forEach(child -> child.onExit().join());
            children = children();
        }
        remove(folder);
        remove(images);
    }

    private static List<ProcessHandle> children() {
        return ProcessHandle.current().descendants().toList();
    }

    private static void remove(Path tree) {
        for (int attempt = 0; attempt < REMOVAL_ATTEMPTS && Files.exists(tree); attempt++) {
            try (Stream<Path> files = Files.walk(tree)) {
                List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
                for (Path file : deepestFirst) {
                    Files.deleteIfExists(file);
                }
            } catch (DirectoryNotEmptyException | NoSuchFileException | UncheckedIOException e) {
                // a process added or removed a file at the same time: try again
                Thread.onSpinWait();
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot remove " + tree, e);
            }
        }
    }
}
