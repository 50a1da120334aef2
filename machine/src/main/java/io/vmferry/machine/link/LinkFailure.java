package io.vmferry.machine.link;

import io.vmferry.machine.descriptor.DescriptorException;
import io.vmferry.machine.net.SocketFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/** Translates exceptions of Netty and the JDK into one-line messages. */
final class LinkFailure {

    static final String IN_USE = "Address already in use";

    /** The beginning of the reason when no file descriptor is left. */
    static final String NO_DESCRIPTOR = "Too many open files";

    static final String BAD_DESCRIPTOR = "Bad file descriptor";

    private LinkFailure() {}

    /** The failure of an established link: the bare reason, like "Connection reset by peer". */
    static IOException of(Throwable thrown) {
        return new IOException(SocketFailure.reason(thrown), thrown);
    }

    /** The failure to reach an address, in QEMU's words. */
    static IOException connecting(MigrationAddress address, Throwable thrown) {
        return worded(
                thrown,
                reason ->
                        switch (address) {
                            case MigrationAddress.Tcp tcp ->
                                    "Failed to connect to '%s:%s': %s"
                                            .formatted(tcp.host(), tcp.service(), reason);
                            case MigrationAddress.Unix(Path path) ->
                                    "Failed to connect to '%s': %s".formatted(path, reason);
                            case MigrationAddress.AbstractUnix(String name, boolean _) ->
                                    "Failed to connect to '%s': %s".formatted(name, reason);
                            case MigrationAddress.Vsock(String cid, String port) ->
                                    "Failed to connect to '%s:%s': %s".formatted(cid, port, reason);
                            case MigrationAddress.File(Path path, long _) ->
                                    "Could not create '%s': %s".formatted(path, reason);
                            case MigrationAddress.Exec exec -> "%s: %s".formatted(exec, reason);
                            case MigrationAddress.Fd fd -> "%s: %s".formatted(fd, reason);
                            case MigrationAddress.Absent absent -> absent.outgoing();
                        });
    }

    /** The failure to listen on an address, in QEMU's words. */
    static IOException listening(MigrationAddress address, Throwable thrown) {
        return worded(
                thrown,
                reason ->
                        switch (address) {
                            case MigrationAddress.Tcp _ ->
                                    reason.equals(IN_USE)
                                            ? "Failed to find an available port: " + reason
                                            : "Failed to bind socket: " + reason;
                            case MigrationAddress.Unix(Path path) ->
                                    "Failed to bind socket to %s: %s".formatted(path, reason);
                            case MigrationAddress.AbstractUnix(String name, boolean _) ->
                                    "Failed to bind socket to %s: %s".formatted(name, reason);
                            case MigrationAddress.Vsock _ -> "Failed to bind socket: " + reason;
                            case MigrationAddress.File(Path path, long _) ->
                                    "Could not open '%s': %s".formatted(path, reason);
                            case MigrationAddress.Exec exec -> "%s: %s".formatted(exec, reason);
                            case MigrationAddress.Fd fd -> "%s: %s".formatted(fd, reason);
                            case MigrationAddress.Absent absent -> absent.incoming();
                        });
    }

    private static IOException worded(Throwable thrown, UnaryOperator<String> text) {
        return switch (thrown) {
            case SocketFailure worded -> worded;
            case DescriptorException worded -> worded;
            default -> new IOException(text.apply(SocketFailure.reason(thrown)), thrown);
        };
    }
}
