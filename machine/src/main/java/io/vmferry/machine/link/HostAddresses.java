package io.vmferry.machine.link;

import java.io.IOException;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The IP addresses behind the host part of {@code tcp:HOST:PORT}. */
final class HostAddresses {

    private HostAddresses() {}

    /** The address when the host is one written out (or nothing: loopback); never blocks. */
    static Optional<List<InetAddress>> literal(String host) {
        if (host.isEmpty()) {
            return Optional.of(List.of(InetAddress.getLoopbackAddress()));
        }
        try {
            return Optional.of(List.of(InetAddress.ofLiteral(host)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Asks the system's resolver, which may take long. */
    static List<InetAddress> resolve(String host) throws IOException {
        return Arrays.asList(InetAddress.getAllByName(host));
    }
}
