package io.vmferry.machine.monitor;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** The file of a UNIX socket, which outlives a process that was killed. */
final class SocketFile {

    private SocketFile() {}

    /**
     * Makes room for a new socket: removes one that nobody listens on any more, and nothing else.
     *
     * @throws IOException when something else is there, or someone listens
     */
    static void clear(Path path) throws IOException {
        BasicFileAttributes attributes;
        try {
            attributes =
                    Files.readAttributes(
                            path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            return;
        }
        if (!attributes.isOther()) {
            throw new IOException("the file exists and is no socket");
        }
        if (someoneListens(path)) {
            throw new IOException("another process listens there");
        }
        Files.deleteIfExists(path);
    }

    private static boolean someoneListens(Path path) {
        try (SocketChannel probe = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            return probe.isConnected();
        } catch (IOException e) {
            return false;
        }
    }
}
