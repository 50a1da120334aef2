package io.vmferry.machine.link;

import io.netty.channel.Channel;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.spi.SelectorProvider;
import java.nio.file.Path;

/** The socket classes that fit a loop: epoll's or NIO's, for TCP and for UNIX sockets. */
record SocketFamily(boolean epoll) {

    private static final String NO_EPOLL = "Multipath TCP needs epoll, which cannot be loaded here";

    /** A socket that can be connected to an address. */
    Channel tcp(TcpOptions options, SocketAddress remote) throws WordedFailure {
        if (options.multipath()) {
            return new EpollSocketChannel(multipath(isIpv6(remote)));
        }
        return epoll ? new EpollSocketChannel() : new NioSocketChannel();
    }

    /** A socket that can be bound to an address. */
    ServerChannel tcpServer(TcpOptions options, SocketAddress local) throws WordedFailure {
        boolean ipv6 = isIpv6(local);
        if (options.multipath()) {
            return new EpollServerSocketChannel(multipath(ipv6));
        }
        SocketProtocolFamily family = ipv6 ? SocketProtocolFamily.INET6 : SocketProtocolFamily.INET;
        return epoll
                ? new EpollServerSocketChannel(family)
                : new NioServerSocketChannel(SelectorProvider.provider(), family);
    }

    private int multipath(boolean ipv6) throws WordedFailure {
        if (!epoll) {
            throw new WordedFailure(NO_EPOLL);
        }
        return MultipathSocket.open(ipv6);
    }

    private static boolean isIpv6(SocketAddress address) {
        return address instanceof InetSocketAddress inet
                && inet.getAddress() instanceof Inet6Address;
    }

    Channel unix() {
        return epoll ? new EpollDomainSocketChannel() : new NioDomainSocketChannel();
    }

    ServerChannel unixServer() {
        return epoll ? new EpollServerDomainSocketChannel() : new NioServerDomainSocketChannel();
    }

    SocketAddress unixAddress(Path path) {
        return epoll ? new DomainSocketAddress(path.toString()) : UnixDomainSocketAddress.of(path);
    }
}
