package io.vmferry.machine.net;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A failure whose message is the whole line that is reported, in QEMU's words. */
public final class SocketFailure extends IOException {

    private static final long serialVersionUID = 1;

    /** How Netty's native transports report a system call that failed. */
    private static final Pattern NATIVE = Pattern.compile("failed with error\\(-?\\d+\\): (.*)");

    public SocketFailure(String message) {
        super(message);
    }

    /** The failure to find an address for a host and a port. */
    public static SocketFailure unresolved(String host, String service, String reason) {
        return new SocketFailure(
                "address resolution failed for %s:%s: %s".formatted(host, service, reason));
    }

    /** The reason of any failure in one short line, as the kernel words it where it has one. */
    public static String reason(Throwable thrown) {
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
