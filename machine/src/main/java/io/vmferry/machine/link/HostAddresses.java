package io.vmferry.machine.link;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/** Hosts of {@code tcp:HOST:PORT} that need no resolving. */
final class HostAddresses {

    private HostAddresses() {}

    /** The address when the host is one written out; never blocks. */
    static Optional<List<InetAddress>> literal(String host) {
        try {
            return Optional.of(List.of(InetAddress.ofLiteral(host)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
