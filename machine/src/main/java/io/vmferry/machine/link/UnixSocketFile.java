package io.vmferry.machine.link;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** The file by which a UNIX socket is found, which outlives a listener that was killed. */
final class UnixSocketFile {

    private static final int MAX_PATH_BYTES = 107;

    private UnixSocketFile() {}

    /** Refuses a path for which a socket's address has no room. */
    static void checkLength(Path path) throws WordedFailure {
        if (path.toString().getBytes(StandardCharsets.UTF_8).length > MAX_PATH_BYTES) {
            throw new WordedFailure("UNIX socket path '" + path + "' is too long");
        }
    }

    /**
     * Removes a file that a dead listener left behind. May block like any access to a file.
     *
     * @return whether a new socket can be made there now
     */
    static boolean makeRoom(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return true;
        }
        return abandoned(path) && Files.deleteIfExists(path);
    }

    /** Whether the path is a socket that nobody listens on any more. */
    private static boolean abandoned(Path path) throws IOException {
        var attributes =
                Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (!attributes.isOther()) {
            return false;
        }
        try (SocketChannel trial = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            trial.configureBlocking(false);
            trial.connect(UnixDomainSocketAddress.of(path));
            return false;
        } catch (ConnectException refused) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Removes the file, if it is still there. */
    static void delete(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            // A file left behind does no harm: the next listener recognises it as abandoned.
        }
    }
}
