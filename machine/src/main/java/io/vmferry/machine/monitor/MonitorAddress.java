package io.vmferry.machine.monitor;

import io.vmferry.machine.net.HostPort;
import java.util.List;
import java.util.regex.Pattern;

/** Where a monitor listens. */
public sealed interface MonitorAddress {

    /** A descriptor, for a number that fits. */
    Pattern FD = Pattern.compile("fd:[0-9]{1,9}");

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

    /** A socket that the process inherited: it is bound already and listens at last. */
    record InheritedMonitor(int descriptor) implements MonitorAddress {
        @Override
        public String toString() {
            return "fd:" + descriptor;
        }
    }

    /**
     * Reads {@code unix:PATH}, {@code tcp:HOST:PORT} or {@code fd:NUMBER}. QEMU's suffixes for a
     * server that waits for nobody ({@code ,server=on,wait=off} and {@code ,server,nowait}) are
     * accepted, for that is what a monitor here always is.
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
        if (FD.matcher(address).matches()) {
            return new InheritedMonitor(Integer.parseInt(address.substring("fd:".length())));
        }
        throw malformed(text);
    }

    private static IllegalArgumentException malformed(String text) {
        return new IllegalArgumentException(
                "Expected a monitor address as unix:PATH, tcp:HOST:PORT or fd:NUMBER, got '%s'%s"
                        .formatted(text, HostPort.meant(text)));
    }
}
