package io.vmferry.machine.link;

import io.vmferry.machine.net.HostResolver;
import io.vmferry.machine.net.ServiceNames;
import io.vmferry.machine.net.SocketFailure;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Resolves a TCP address to socket addresses, with getaddrinfo's error texts. */
record TcpResolution(MigrationAddress.Tcp address, HostResolver hosts, ServiceNames services) {

    private static final String NO_NAME = "Name or service not known";

    /** Whether nothing has to be looked up, so that finding the addresses cannot block. */
    boolean immediate() {
        return ServiceNames.isNumber(address.service())
                && (anyHost() || HostResolver.literal(address.host()).isPresent());
    }

    private boolean anyHost() {
        return address.host().isEmpty() || address.host().equals("*");
    }

    /** Where a connection may go to, in the order in which it is to be tried. */
    List<InetSocketAddress> toConnect() throws IOException {
        checkFamilies();
        if (anyHost()) {
            throw unresolved(address.host().isEmpty() ? NO_NAME : "Bad value for ai_flags");
        }
        return withPort(namedHosts(), port());
    }

    /** Where a listener is bound, all of them; the port is the first one to be tried. */
    List<InetSocketAddress> toListen() throws IOException {
        checkFamilies();
        return withPort(anyHost() ? allHosts() : namedHosts(), port());
    }

    private void checkFamilies() throws IOException {
        if (address.options().excludesAll()) {
            throw new SocketFailure("Cannot disable IPv4 and IPv6 at same time");
        }
    }

    /** The IPv6 one takes both families, unless it is the only one that is asked for. */
    private List<InetAddress> allHosts() {
        InetAddress ipv6 = InetAddress.ofLiteral("::");
        InetAddress ipv4 = InetAddress.ofLiteral("0.0.0.0");
        TcpOptions options = address.options();
        if (options.asksForBoth() || !options.allowsIpv4()) {
            return List.of(ipv6);
        }
        return options.allowsIpv6() ? List.of(ipv6, ipv4) : List.of(ipv4);
    }

    private List<InetAddress> namedHosts() throws IOException {
        var literal = HostResolver.literal(address.host());
        if (literal.isEmpty() && address.options().numeric()) {
            throw unresolved(NO_NAME);
        }
        List<InetAddress> found = literal.isPresent() ? List.of(literal.get()) : resolved();
        List<InetAddress> allowed = found.stream().filter(this::allowed).toList();
        if (allowed.isEmpty()) {
            throw unresolved(
                    literal.isPresent() ? "Address family for hostname not supported" : NO_NAME);
        }
        return allowed;
    }

    private List<InetAddress> resolved() throws IOException {
        try {
            return hosts.resolve(address.host());
        } catch (UnknownHostException e) {
            SocketFailure failure = unresolved(NO_NAME);
            failure.initCause(e);
            throw failure;
        }
    }

    private boolean allowed(InetAddress host) {
        return host instanceof Inet6Address
                ? address.options().allowsIpv6()
                : address.options().allowsIpv4();
    }

    private int port() throws IOException {
        String service = address.service();
        if (ServiceNames.isNumber(service)) {
            return MigrationAddress.Tcp.number(service);
        }
        return services.port(service)
                .orElseThrow(() -> unresolved("Servname not supported for ai_socktype"));
    }

    private SocketFailure unresolved(String reason) {
        return SocketFailure.unresolved(address.host(), address.service(), reason);
    }

    private static List<InetSocketAddress> withPort(List<InetAddress> hosts, int port) {
        return hosts.stream().map(host -> new InetSocketAddress(host, port)).toList();
    }
}
