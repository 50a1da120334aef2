package io.vmferry.machine.net;

import java.io.IOException;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Finds the addresses of a host by its name, which may block for as long as it likes. */
@FunctionalInterface
public interface HostResolver {

    /** The resolver of the system. */
    HostResolver SYSTEM = host -> Arrays.asList(InetAddress.getAllByName(host));

    /** The addresses, in the order in which they are to be tried; at least one. */
    List<InetAddress> resolve(String host) throws IOException;

    /** The address of a host that is written as one; never blocks. */
    static Optional<InetAddress> literal(String host) {
        try {
            return Optional.of(InetAddress.ofLiteral(host));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
