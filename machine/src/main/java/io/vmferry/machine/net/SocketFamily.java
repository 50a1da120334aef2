package io.vmferry.machine.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.vmferry.machine.descriptor.Descriptor;
import io.vmferry.machine.descriptor.DescriptorException;
import io.vmferry.machine.descriptor.DescriptorKind;
import io.vmferry.machine.descriptor.SocketDomain;
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
import java.util.function.IntFunction;

/** The implementation of loops and sockets: the kernel's epoll, or the JDK's NIO without it. */
public enum SocketFamily {
    EPOLL,
    NIO;

    private static final String NO_EPOLL = "Multipath TCP needs epoll, which cannot be loaded here";

    /** The best one that this machine has. */
    public static SocketFamily best() {
        return Epoll.isAvailable() ? EPOLL : NIO;
    }

    /** A loop of one daemon thread. */
    public EventLoopGroup newLoop(String threadName) {
        return new MultiThreadIoEventLoopGroup(
                1,
                new DefaultThreadFactory(threadName, true),
                switch (this) {
                    case EPOLL -> EpollIoHandler.newFactory();
                    case NIO -> NioIoHandler.newFactory();
                });
    }

    /** What listens at TCP addresses. */
    public Class<? extends ServerChannel> tcpServerType() {
        return this == EPOLL ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }

    /** What listens at the files of UNIX sockets. */
    public Class<? extends ServerChannel> unixServerType() {
        return this == EPOLL
                ? EpollServerDomainSocketChannel.class
                : NioServerDomainSocketChannel.class;
    }

    /** The address of a UNIX socket's file. */
    public SocketAddress unixAddress(Path path) {
        return this == EPOLL
                ? new DomainSocketAddress(path.toString())
                : UnixDomainSocketAddress.of(path);
    }

    /** A socket that can be connected to an address. */
    public Channel tcp(boolean multipath, SocketAddress remote) throws SocketFailure {
        if (multipath) {
            return new EpollSocketChannel(multipathSocket(isIpv6(remote)));
        }
        return this == EPOLL ? new EpollSocketChannel() : new NioSocketChannel();
    }

    /** A socket that can be bound to an address. */
    public ServerChannel tcpServer(boolean multipath, SocketAddress local) throws SocketFailure {
        boolean ipv6 = isIpv6(local);
        if (multipath) {
            return new EpollServerSocketChannel(multipathSocket(ipv6));
        }
        SocketProtocolFamily family = ipv6 ? SocketProtocolFamily.INET6 : SocketProtocolFamily.INET;
        return this == EPOLL
                ? new EpollServerSocketChannel(family)
                : new NioServerSocketChannel(SelectorProvider.provider(), family);
    }

    private int multipathSocket(boolean ipv6) throws SocketFailure {
        if (this == NIO) {
            throw new SocketFailure(NO_EPOLL);
        }
        return MultipathSocket.open(ipv6);
    }

    private static boolean isIpv6(SocketAddress address) {
        return address instanceof InetSocketAddress inet
                && inet.getAddress() instanceof Inet6Address;
    }

    /** A UNIX socket that is connected to one that is no file. */
    public Channel connectedAbstract(String name, boolean tight) throws IOException {
        requireEpollFor("An abstract UNIX socket");
        try (Descriptor socket = AbstractSocket.connect(name, tight)) {
            return adopted(socket, false);
        }
    }

    /** A UNIX socket that is no file and listens. */
    public ServerChannel listeningAbstract(String name, boolean tight, int backlog)
            throws IOException {
        requireEpollFor("An abstract UNIX socket");
        try (Descriptor socket = AbstractSocket.listen(name, tight, backlog)) {
            return listening(socket);
        }
    }

    /** A UNIX socket that is connected. May block like any access to a file. */
    public Channel connectedUnix(Path path) throws IOException {
        if (this == NIO) {
            return new NioDomainSocketChannel(SocketChannel.open(UnixDomainSocketAddress.of(path)));
        }
        Socket socket = Socket.newSocketDomain();
        try {
            if (!socket.connect(unixAddress(path))) {
                throw new ConnectException("Resource temporarily unavailable");
            }
            return new EpollDomainSocketChannel(socket.intValue());
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /**
     * A socket that the process inherited, which listens from now on.
     *
     * @throws SocketFailure in QEMU's words
     */
    public ServerChannel inheritedServer(int number, int backlog) throws SocketFailure {
        Descriptor descriptor = inherited(number);
        try {
            requireEpollFor("An inherited socket");
            if (!isSocket(descriptor)) {
                throw new SocketFailure("File descriptor '%d' is not a socket".formatted(number));
            }
            SocketDomain domain = descriptor.domain();
            new Socket(number).listen(backlog);
            descriptor.blocking(false);
            descriptor.keep();
            return switch (domain) {
                case UNIX -> new EpollServerDomainSocketChannel(descriptor.release(), true);
                case INET, INET6 -> new EpollServerSocketChannel(descriptor.release());
                case VSOCK, OTHER ->
                        throw new SocketFailure("Address family not supported by a monitor");
            };
        } catch (IOException | RuntimeException e) {
            descriptor.refuse();
            throw e instanceof SocketFailure failure
                    ? failure
                    : new SocketFailure(
                            "Failed to listen on fd socket: " + SocketFailure.reason(e));
        }
    }

    private static Descriptor inherited(int number) throws SocketFailure {
        try {
            return Descriptor.inherit(number);
        } catch (DescriptorException e) {
            SocketFailure failure = new SocketFailure(SocketFailure.reason(e));
            failure.initCause(e);
            throw failure;
        }
    }

    private static boolean isSocket(Descriptor descriptor) {
        try {
            return descriptor.kind() == DescriptorKind.SOCKET;
        } catch (DescriptorException e) {
            return false;
        }
    }

    /** A UNIX socket that listens. May block like any access to a file. */
    public ServerChannel listeningUnix(Path path, int backlog) throws IOException {
        if (this == NIO) {
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
            socket.bind(unixAddress(path));
            socket.listen(backlog);
            return new EpollServerDomainSocketChannel(socket.intValue(), true);
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /**
     * A channel of a socket that is connected and does not block.
     *
     * @param descriptor which the channel closes; it stays the caller's if it is refused
     * @param internet whether it is one of TCP
     */
    public Channel adopted(Descriptor descriptor, boolean internet) throws IOException {
        return channel(
                descriptor, internet ? EpollSocketChannel::new : EpollDomainSocketChannel::new);
    }

    /** The same of a socket, not one of TCP, that listens. */
    public ServerChannel listening(Descriptor descriptor) throws IOException {
        return channel(descriptor, number -> new EpollServerDomainSocketChannel(number, true));
    }

    private <C extends Channel> C channel(Descriptor descriptor, IntFunction<? extends C> opening)
            throws IOException {
        requireEpollFor("A descriptor");
        try {
            C channel = opening.apply(descriptor.number());
            int _ = descriptor.release();
            return channel;
        } catch (ChannelException e) {
            // it has asked the socket for an error
            throw new IOException(SocketFailure.reason(e), e);
        }
    }

    private void requireEpollFor(String what) throws SocketFailure {
        if (this == NIO) {
            throw new SocketFailure(what + " needs epoll, which cannot be loaded here");
        }
    }
}
