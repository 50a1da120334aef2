package io.vmferry.machine.monitor;

import io.vmferry.machine.net.HostPort;
import java.util.List;

/** Where a monitor listens. */
public sealed interface MonitorAddress {

    /** A socket file. */
    record UnixMonitor(String path) implements MonitorAddress {
        @Override
        public String toString() {
            return "unix:" + path;
        }
    }

    /** A TCP port; port 0 takes any. */
    record TcpMonitor(String host, int port) implements MonitorAddress {
        @Override
        public String toString() {
            return "tcp:" + new HostPort(host, port);
        }
    }

    /**
     * Reads {@code unix:PATH} or {@code tcp:HOST:PORT}. QEMU's suffixes for a server that waits for
     * nobody ({@code ,server=on,wait=off} and {@code ,server,nowait}) are accepted, for that is
     * what a monitor here always is.
     *
     * @throws IllegalArgumentException with a message for whoever typed it
     */
    static MonitorAddress parse(String text) {
        String address = text;
        for (String suffix : List.of(",server=on,wait=off", ",server,nowait")) {
            if (address.endsWith(suffix)) {
                address = address.substring(0, address.length() - suffix.length());
            }
        }
        if (address.startsWith("unix:") && address.length() > "unix:".length()) {
            return new UnixMonitor(address.substring("unix:".length()));
        }
        if (address.startsWith("tcp:")) {
            return HostPort.parse(address.substring("tcp:".length()))
                    .map(found -> new TcpMonitor(found.host(), found.port()))
                    .orElseThrow(() -> malformed(text));
        }
        throw malformed(text);
    }

    private static IllegalArgumentException malformed(String text) {
        return new IllegalArgumentException(
                "Expected a monitor address as unix:PATH or tcp:HOST:PORT, got '%s'%s"
                        .formatted(text, HostPort.meant(text)));
    }
}
