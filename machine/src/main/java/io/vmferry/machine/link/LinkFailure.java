package io.vmferry.machine.link;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Turns what Netty and the JDK throw into the one short line that a person reads. */
final class LinkFailure {

    private static final Pattern NATIVE = Pattern.compile("failed with error\\(-?\\d+\\): (.*)");

    static final String IN_USE = "Address already in use";

    /** How the reason begins when the process, or the machine, has no descriptor left. */
    static final String NO_DESCRIPTOR = "Too many open files";

    private LinkFailure() {}

    /** The failure of a link that stood: the bare reason, like "Connection reset by peer". */
    static IOException of(Throwable thrown) {
        return new IOException(reason(thrown), thrown);
    }

    /** The failure to reach an address, in QEMU's words. */
    static IOException connecting(MigrationAddress address, Throwable thrown) {
        if (thrown instanceof WordedFailure worded) {
            return worded;
        }
        String reason = reason(thrown);
        return new IOException(
                switch (address) {
                    case MigrationAddress.Tcp tcp ->
                            "Failed to connect to '%s:%s': %s"
                                    .formatted(tcp.host(), tcp.service(), reason);
                    case MigrationAddress.Unix(Path path) ->
                            "Failed to connect to '%s': %s".formatted(path, reason);
                    case MigrationAddress.File(Path path, long offset) ->
                            "Could not create '%s': %s".formatted(path, reason);
                },
                thrown);
    }

    /** The failure to listen on an address, in QEMU's words. */
    static IOException listening(MigrationAddress address, Throwable thrown) {
        if (thrown instanceof WordedFailure worded) {
            return worded;
        }
        String reason = reason(thrown);
        return new IOException(
                switch (address) {
                    case MigrationAddress.Tcp _ ->
                            reason.equals(IN_USE)
                                    ? "Failed to find an available port: " + reason
                                    : "Failed to bind socket: " + reason;
                    case MigrationAddress.Unix(Path path) ->
                            "Failed to bind socket to %s: %s".formatted(path, reason);
                    case MigrationAddress.File(Path path, long offset) ->
                            "Could not open '%s': %s".formatted(path, reason);
                },
                thrown);
    }

    static String reason(Throwable thrown) {
        if (thrown instanceof SocketException && thrown.getCause() instanceof SocketException e) {
            // Netty's wrapper only appends the remote address, which our line already names.
            return reason(e);
        }
        if (thrown instanceof FileNotFoundException) {
            return "No such file or directory"; // what epoll throws for a UNIX socket's path
        }
        if (thrown instanceof UnknownHostException) {
            return "Name or service not known";
        }
        if (thrown instanceof FileSystemException e) {
            return reasonOf(e);
        }
        String message = thrown.getMessage();
        if (message == null || message.isBlank()) {
            return thrown.getClass().getSimpleName();
        }
        Matcher byErrno = NATIVE.matcher(message);
        String text =
                byErrno.find() ? byErrno.group(1) : message.lines().findFirst().orElse(message);
        return text.equals("Connection reset") ? "Connection reset by peer" : text;
    }

    private static String reasonOf(FileSystemException e) {
        return switch (e) {
            case NoSuchFileException _ -> "No such file or directory";
            case AccessDeniedException _ -> "Permission denied";
            default -> e.getReason() == null ? "Cannot be opened" : e.getReason();
        };
    }
}
