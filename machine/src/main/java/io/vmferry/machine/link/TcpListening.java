package io.vmferry.machine.link;

import io.vmferry.machine.link.NettyTransport.LinkContext;
import io.vmferry.machine.net.SocketFailure;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** The sockets that listen for one TCP address, which may mean several. */
final class TcpListening implements AddressListener.Listening {

    private final List<SocketListening> sockets = new ArrayList<>();
    private final List<MigrationAddress> addresses = new ArrayList<>();

    private TcpListening() {}

    /**
     * Binds all addresses that can be bound, on the first free port of the allowed range. On the
     * loop.
     *
     * @throws IOException where nothing can be bound; the first reason counts
     */
    static TcpListening open(
            LinkContext context,
            MigrationAddress.Tcp wanted,
            List<InetSocketAddress> locals,
            AddressListener.Acceptor acceptor)
            throws IOException {
        TcpListening listening = new TcpListening();
        IOException reason = null;
        for (InetSocketAddress local : locals) {
            if (listening.takesToo(local.getAddress())) {
                listening.addresses.add(
                        new MigrationAddress.Tcp(
                                local.getAddress().getHostAddress(), listening.port()));
                continue;
            }
            try {
                listening.add(context, wanted, local, acceptor);
            } catch (IOException e) {
                reason = reason == null ? e : reason;
            }
        }
        if (reason != null && listening.sockets.isEmpty()) {
            throw reason;
        }
        return listening;
    }

    /** The IPv6 socket for all hosts takes IPv4 connections as well. */
    private boolean takesToo(InetAddress host) {
        return host.isAnyLocalAddress() && !sockets.isEmpty() && !(host instanceof Inet6Address);
    }

    private int port() {
        return ((MigrationAddress.Tcp) addresses.getFirst()).port();
    }

    private void add(
            LinkContext context,
            MigrationAddress.Tcp wanted,
            InetSocketAddress local,
            AddressListener.Acceptor acceptor)
            throws IOException {
        int first = addresses.isEmpty() ? local.getPort() : port();
        int last = addresses.isEmpty() ? wanted.options().lastPort().orElse(first) : first;
        IOException reason = new SocketFailure("Failed to create a socket");
        for (int port = first; port <= last; port++) {
            try {
                SocketListening socket =
                        SocketListening.tcp(
                                context,
                                wanted,
                                new InetSocketAddress(local.getAddress(), port),
                                acceptor);
                sockets.add(socket);
                addresses.add(socket.address());
                return;
            } catch (IOException e) {
                reason = e;
            }
        }
        throw reason;
    }

    @Override
    public List<MigrationAddress> addresses() {
        return List.copyOf(addresses);
    }

    @Override
    public void close() {
        sockets.forEach(SocketListening::close);
    }
}
