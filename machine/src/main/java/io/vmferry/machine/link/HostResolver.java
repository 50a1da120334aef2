package io.vmferry.machine.link;

import java.io.IOException;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;

/** Finds the addresses of a host by its name, which may block for as long as it likes. */
@FunctionalInterface
interface HostResolver {

    /** The resolver of the system. */
    HostResolver SYSTEM = host -> Arrays.asList(InetAddress.getAllByName(host));

    /** The addresses, in the order in which they are to be tried; at least one. */
    List<InetAddress> resolve(String host) throws IOException;
}
