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
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
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

    /** A UNIX socket that is connected. May block like any access to a file. */
    Channel connectedUnix(Path path) throws IOException {
        if (!epoll) {
            return new NioDomainSocketChannel(SocketChannel.open(UnixDomainSocketAddress.of(path)));
        }
        Socket socket = Socket.newSocketDomain();
        try {
            if (!socket.connect(new DomainSocketAddress(path.toString()))) {
                throw new ConnectException("Resource temporarily unavailable");
            }
            return new EpollDomainSocketChannel(socket.intValue());
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /** A UNIX socket that listens. May block like any access to a file. */
    ServerChannel listeningUnix(Path path, int backlog) throws IOException {
        if (!epoll) {
            ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                return new NioServerDomainSocketChannel(
                        server.bind(UnixDomainSocketAddress.of(path), backlog));
            } catch (IOException | RuntimeException e) {
                server.close();
                throw e;
            }
        }
        Socket socket = Socket.newSocketDomain();
        try {
            socket.bind(new DomainSocketAddress(path.toString()));
            socket.listen(backlog);
            return new EpollServerDomainSocketChannel(socket.intValue(), true);
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }
}
