package io.vmferry.machine.monitor;

import io.vmferry.machine.link.UnixSocketFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** The file of a UNIX socket, which outlives a process that was killed. */
final class SocketFile {

    private SocketFile() {}

    /**
     * Makes room for a new socket: removes one that nobody listens on any more, and nothing else.
     *
     * @throws IOException when something else is there, or someone listens
     */
    static void clear(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!UnixSocketFile.isSocket(path)) {
            throw new IOException("the file exists and is no socket");
        }
        if (!UnixSocketFile.abandoned(path)) {
            throw new IOException("another process listens there");
        }
        Files.deleteIfExists(path);
    }
}
