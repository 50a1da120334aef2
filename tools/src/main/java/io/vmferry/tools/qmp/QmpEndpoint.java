package io.vmferry.tools.qmp;

import io.vmferry.machine.monitor.MonitorAddress;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The address of a monitor, as a user types it. */
public final class QmpEndpoint {

    private QmpEndpoint() {}

    /**
     * Reads {@code unix:PATH}, {@code tcp:HOST:PORT} or a plain path, which has a slash in it.
     *
     * @throws IllegalArgumentException with a message for whoever typed it
     */
    public static MonitorAddress parse(String text) {
        boolean prefixed = text.startsWith("unix:") || text.startsWith("tcp:");
        if (!prefixed && text.contains("/")) {
            return new MonitorAddress.UnixMonitor(text);
        }
        if (prefixed) {
            try {
                return MonitorAddress.parse(text);
            } catch (IllegalArgumentException e) {
                throw malformed(text, e);
            }
        }
        throw malformed(text, null);
    }

    private static IllegalArgumentException malformed(String text, @Nullable Exception cause) {
        return new IllegalArgumentException(
                "Expected the address of a monitor as unix:PATH, tcp:HOST:PORT or a path with a"
                        + " slash, got '"
                        + text
                        + "'",
                cause);
    }

    /** The refusal of a connection to an address at which nobody listens, or not yet. */
    public static final class NobodyListensException extends IOException {
        private static final long serialVersionUID = 1;

        NobodyListensException(MonitorAddress address, Exception reason) {
            super("Cannot connect to %s: %s".formatted(address, reason(reason)), reason);
        }
    }

    /**
     * Connects.
     *
     * @param patience how long TCP may take; zero for as long as the system waits
     * @throws IOException with the address in its message
     */
    static SocketChannel connect(MonitorAddress address, Duration patience) throws IOException {
        SocketChannel channel =
                switch (address) {
                    case MonitorAddress.UnixMonitor unix ->
                            SocketChannel.open(StandardProtocolFamily.UNIX);
                    case MonitorAddress.TcpMonitor tcp -> SocketChannel.open();
                    case MonitorAddress.SecureMonitor secure -> throw listening(secure);
                    case MonitorAddress.InheritedMonitor inherited -> throw listening(inherited);
                };
        try {
            switch (address) {
                case MonitorAddress.UnixMonitor(String path) ->
                        channel.connect(UnixDomainSocketAddress.of(path));
                case MonitorAddress.TcpMonitor(String host, int port) ->
                        channel.socket()
                                .connect(
                                        new InetSocketAddress(host, port),
                                        Math.toIntExact(
                                                Math.min(patience.toMillis(), Integer.MAX_VALUE)));
                case MonitorAddress.SecureMonitor secure -> throw listening(secure);
                case MonitorAddress.InheritedMonitor inherited -> throw listening(inherited);
            }
            return channel;
        } catch (SocketTimeoutException e) {
            channel.close();
            throw e;
        } catch (SocketException e) {
            channel.close();
            throw new NobodyListensException(address, e);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw new IOException("Cannot connect to %s: %s".formatted(address, reason(e)), e);
        }
    }

    /** Connects to a UNIX monitor by a socket that can send descriptors. */
    static MonitorSocket connectToGive(MonitorAddress address) throws IOException {
        if (!(address instanceof MonitorAddress.UnixMonitor(String path))) {
            throw new IllegalArgumentException("Only a UNIX monitor takes descriptors");
        }
        try {
            return DescriptorSocket.connect(path);
        } catch (FileNotFoundException | ConnectException e) {
            throw new NobodyListensException(address, e);
        } catch (IOException e) {
            throw new IOException("Cannot connect to %s: %s".formatted(address, reason(e)), e);
        }
    }

    /** A descriptor of another process is no address, and credentials are the server's. */
    private static IllegalArgumentException listening(MonitorAddress address) {
        return new IllegalArgumentException("Nothing can be connected to " + address);
    }

    private static String reason(Exception e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
