package io.vmferry.machine.monitor;

import io.vmferry.machine.net.HostPort;
import java.util.List;
import java.util.Optional;
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

    /**
     * A TCP port whose clients begin with a TLS session.
     *
     * @param credentials the id of the server's credentials
     * @param authorization the id of who may connect; empty for whoever the credentials allow
     */
    record SecureMonitor(TcpMonitor port, String credentials, Optional<String> authorization)
            implements MonitorAddress {
        @Override
        public String toString() {
            return port
                    + ",tls-creds="
                    + credentials
                    + authorization.map(id -> ",tls-authz=" + id).orElse("");
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
     * accepted, for that is what a monitor here always is. After a TCP port {@code tls-creds=ID}
     * and {@code tls-authz=ID} are those of QEMU's sockets.
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
        int tls = address.indexOf(",tls-");
        if (tls > 0) {
            return secure(address.substring(0, tls), address.substring(tls + 1), text);
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

    private static MonitorAddress secure(String address, String options, String text) {
        String credentials = "";
        Optional<String> authorization = Optional.empty();
        for (String option : options.split(",")) {
            if (option.startsWith("tls-creds=")) {
                credentials = option.substring("tls-creds=".length());
            } else if (option.startsWith("tls-authz=")) {
                authorization = Optional.of(option.substring("tls-authz=".length()));
            } else {
                throw malformed(text);
            }
        }
        if (credentials.isEmpty()) {
            throw new IllegalArgumentException("'tls_authz' option requires 'tls_creds' option");
        }
        if (parse(address) instanceof TcpMonitor port) {
            return new SecureMonitor(port, credentials, authorization);
        }
        throw new IllegalArgumentException(
                "'tls_creds' option is incompatible with '%s' address type"
                        .formatted(address.substring(0, address.indexOf(':'))));
    }

    private static IllegalArgumentException malformed(String text) {
        return new IllegalArgumentException(
                "Expected a monitor address as unix:PATH, tcp:HOST:PORT or fd:NUMBER, got '%s'%s"
                        .formatted(text, HostPort.meant(text)));
    }
}
