package io.vmferry.machine.net;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** The file by which a UNIX socket is found, which outlives a listener that was killed. */
public final class UnixSocketFile {

    private static final int MAX_PATH_BYTES = 107;

    /** The bits of a file's mode that say what it is, as in {@code inode(7)}. */
    private static final int FILE_TYPE = 0170000;

    private static final int SOCKET = 0140000;

    private UnixSocketFile() {}

    /** Refuses a path for which a socket's address has no room. */
    public static void checkLength(Path path) throws SocketFailure {
        if (path.toString().getBytes(StandardCharsets.UTF_8).length > MAX_PATH_BYTES) {
            throw new SocketFailure("UNIX socket path '" + path + "' is too long");
        }
    }

    /**
     * Removes a file that a dead listener left behind. May block like any access to a file.
     *
     * @return whether a new socket can be made there now
     */
    public static boolean makeRoom(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return true;
        }
        return abandoned(path) && Files.deleteIfExists(path);
    }

    /**
     * Removes a file that a dead listener left behind, and nothing else.
     *
     * @throws IOException when something else is there, or another process listens
     */
    public static void requireRoom(Path path) throws IOException {
        if (!makeRoom(path)) {
            throw new IOException(
                    isSocket(path)
                            ? "another process listens there"
                            : "the file exists and is no socket");
        }
    }

    /** Whether the path is a socket that no listener on any more. */
    private static boolean abandoned(Path path) throws IOException {
        if (!isSocket(path)) {
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

    /** Whether the path is a socket, and not a device or pipe, which refuse connections too. */
    private static boolean isSocket(Path path) throws IOException {
        int mode = (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        return (mode & FILE_TYPE) == SOCKET;
    }

    /** Removes the file, if it is still there. */
    public static void delete(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            // A file left behind does no harm: the next listener recognises it as abandoned.
        }
    }
}
