package io.vmferry.machine.net;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tells the files apart that must not be opened by name like a regular one. */
public final class SpecialFile {

    private static final int TYPE_MASK = 0170000;
    private static final int FIFO = 0010000;

    private SpecialFile() {}

    /**
     * Refuses a FIFO that has a name: nobody can open it as long as nobody is at its other end, and
     * a thread that waits there cannot be called back. A pipe that a shell hands over as {@code
     * /dev/fd/N} has both ends. May block like any access to a file.
     *
     * @throws IOException saying so
     */
    public static void refuseFifo(Path path) throws IOException {
        if (Files.exists(path) && isFifo(path) && hasName(path)) {
            throw new IOException("It is a FIFO, which may block for ever: a file is expected");
        }
    }

    private static boolean isFifo(Path path) throws IOException {
        return ((int) Files.getAttribute(path, "unix:mode") & TYPE_MASK) == FIFO;
    }

    private static boolean hasName(Path path) {
        try {
            return Files.exists(path.toRealPath());
        } catch (IOException e) {
            return false;
        }
    }
}
