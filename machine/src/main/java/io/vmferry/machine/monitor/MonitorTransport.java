package io.vmferry.machine.monitor;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;

/**
 * Which kind of sockets the monitors use: the kernel's epoll, or the JDK's where that is missing.
 */
enum MonitorTransport {
    EPOLL,
    NIO;

    static MonitorTransport best() {
        return Epoll.isAvailable() ? EPOLL : NIO;
    }

    /** One thread for all monitors of a process; it never keeps the process alive. */
    EventLoopGroup newLoop() {
        return new MultiThreadIoEventLoopGroup(
                1,
                new DefaultThreadFactory("monitor", true),
                switch (this) {
                    case EPOLL -> EpollIoHandler.newFactory();
                    case NIO -> NioIoHandler.newFactory();
                });
    }

    Class<? extends ServerChannel> channelType(MonitorAddress address) {
        return switch (address) {
            case MonitorAddress.Unix unix ->
                    this == EPOLL
                            ? EpollServerDomainSocketChannel.class
                            : NioServerDomainSocketChannel.class;
            case MonitorAddress.Tcp tcp ->
                    this == EPOLL ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
        };
    }

    /** Whether a client that ended its output can still be answered. */
    boolean knowsHalfClosure(MonitorAddress address) {
        return this == EPOLL || address instanceof MonitorAddress.Tcp;
    }

    SocketAddress fileAddress(String path) {
        return this == EPOLL ? new DomainSocketAddress(path) : UnixDomainSocketAddress.of(path);
    }
}
