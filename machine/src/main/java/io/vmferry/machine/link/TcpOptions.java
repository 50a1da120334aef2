package io.vmferry.machine.link;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * The options of a TCP address.
 *
 * @param ipv4 whether IPv4 may be used; empty for the default
 * @param ipv6 whether IPv6 may be used
 * @param lastPort where to stop looking for a free port, for a listener
 * @param multipath whether the connection is one of multipath TCP
 * @param numeric whether the host has to be an address
 * @param keepAlive whether a silent connection is probed; on by default
 * @param keepAliveCount how many probes are lost before a connection breaks
 * @param keepAliveIdleSeconds silence before the first probe
 * @param keepAliveIntervalSeconds from one probe to the next
 */
public record TcpOptions(
        Optional<Boolean> ipv4,
        Optional<Boolean> ipv6,
        OptionalInt lastPort,
        boolean multipath,
        boolean numeric,
        Optional<Boolean> keepAlive,
        OptionalInt keepAliveCount,
        OptionalInt keepAliveIdleSeconds,
        OptionalInt keepAliveIntervalSeconds) {

    /** No option is given. */
    public static final TcpOptions NONE =
            new TcpOptions(
                    Optional.empty(),
                    Optional.empty(),
                    OptionalInt.empty(),
                    false,
                    false,
                    Optional.empty(),
                    OptionalInt.empty(),
                    OptionalInt.empty(),
                    OptionalInt.empty());

    /** Whether no address is left to be used. */
    boolean excludesAll() {
        return ipv4.equals(Optional.of(false)) && ipv6.equals(Optional.of(false));
    }

    /** Whether both families are asked for by name. */
    boolean asksForBoth() {
        return ipv4.orElse(false) && ipv6.orElse(false);
    }

    /** Whether IPv4 addresses are to be used. Asking for one family excludes the other. */
    boolean allowsIpv4() {
        return ipv4.orElse(asksForBoth() || !ipv6.orElse(false));
    }

    /** Whether IPv6 addresses are to be used. */
    boolean allowsIpv6() {
        return ipv6.orElse(asksForBoth() || !ipv4.orElse(false));
    }
}
