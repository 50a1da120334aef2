package io.vmferry.machine.link;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** What the operating system calls the thread that an engine lives on. */
public final class LoopThread {

    /** A link to {@code PID/task/TID} of whoever reads it. */
    private static final Path SELF = Path.of("/proc/thread-self");

    private LoopThread() {}

    /** The id of the calling thread, as {@code ps -L} shows it; empty where that is not known. */
    public static OptionalLong id() {
        try {
            return OptionalLong.of(
                    Long.parseLong(Files.readSymbolicLink(SELF).getFileName().toString()));
        } catch (IOException | NumberFormatException | UnsupportedOperationException e) {
            return OptionalLong.empty();
        }
    }
}
