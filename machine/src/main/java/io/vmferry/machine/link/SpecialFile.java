package io.vmferry.machine.link;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tells the files apart that must not be opened by name like a regular one. */
public final class SpecialFile {

    private static final int TYPE_MASK = 0170000;
    private static final int FIFO = 0010000;

    private SpecialFile() {}

    /**
     * Refuses a FIFO, which nobody can open for as long as there is nobody at its other end, and a
     * thread that waits there cannot be called back. May block like any access to a file.
     *
     * @throws IOException saying so
     */
    public static void refuseFifo(Path path) throws IOException {
        if (Files.exists(path)
                && ((int) Files.getAttribute(path, "unix:mode") & TYPE_MASK) == FIFO) {
            throw new IOException("It is a FIFO, which may block for ever: a file is expected");
        }
    }
}
