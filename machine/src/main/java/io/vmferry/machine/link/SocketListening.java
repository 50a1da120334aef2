package io.vmferry.machine.link;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.NetUtil;
import io.vmferry.machine.link.NettyTransport.LinkContext;
import io.vmferry.machine.net.SocketFailure;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A listening socket on the loop that also serves the links it accepts. */
@SuppressWarnings("FutureReturnValueIgnored") // what close and register say changes nothing
final class SocketListening extends ChannelInboundHandlerAdapter
        implements AddressListener.Listening {

    private static final Logger LOG = LoggerFactory.getLogger(SocketListening.class);
    static final int BACKLOG = 128;
    private static final long RETRY_SECONDS = 1;

    private final LinkContext context;
    private final NettyEngineLoop loop;
    private final AddressListener.Acceptor acceptor;
    private final ServerChannel server;

    @SuppressWarnings("NullAway.Init") // set before anybody has the object
    private MigrationAddress address;

    private TcpOptions options = TcpOptions.NONE;
    private boolean closing;

    private SocketListening(
            LinkContext context, ServerChannel server, AddressListener.Acceptor acceptor) {
        this.context = context;
        this.loop = context.loop();
        this.server = server;
        this.acceptor = acceptor;
    }

    /**
     * Binds one TCP address. On the loop.
     *
     * @param wanted has the options for what is accepted
     */
    static SocketListening tcp(
            LinkContext context,
            MigrationAddress.Tcp wanted,
            InetSocketAddress local,
            AddressListener.Acceptor acceptor)
            throws IOException {
        ServerChannel server =
                context.loop().family().tcpServer(wanted.options().multipath(), local);
        server.config().setOption(ChannelOption.SO_REUSEADDR, true);
        var listening = new SocketListening(context, server, acceptor);
        listening.options = wanted.options();
        listening.bind(local);
        int port = ((InetSocketAddress) server.localAddress()).getPort();
        listening.address = new MigrationAddress.Tcp(shortened(local.getAddress()), port);
        return listening;
    }

    /** As people write it: Java writes all groups of an IPv6 address out. */
    private static String shortened(InetAddress host) {
        return NetUtil.toAddressString(host);
    }

    /** Accepts from a UNIX or vsock socket that listens already. On the loop. */
    static SocketListening open(
            LinkContext context,
            MigrationAddress wanted,
            ServerChannel server,
            AddressListener.Acceptor acceptor) {
        var listening = new SocketListening(context, server, acceptor);
        listening.address = wanted;
        server.pipeline().addLast(listening);
        context.loop().eventLoop().register(server);
        return listening;
    }

    @Override
    public List<MigrationAddress> addresses() {
        return List.of(address);
    }

    @Override
    public void close() {
        if (loop.inLoop()) {
            closeNow();
        } else {
            loop.execute(this::closeNow);
        }
    }

    private void closeNow() {
        if (closing) {
            return;
        }
        closing = true;
        if (address instanceof MigrationAddress.Unix(Path path)) {
            server.config().setAutoRead(false);
            context.unixPaths().remove(path, server::close);
        } else {
            server.close();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        Channel child = (Channel) message;
        if (isOfExcludedFamily(child)) {
            child.unsafe().closeForcibly();
            return;
        }
        boolean tcp = child instanceof SocketChannel;
        NettyLink link = NettyLink.on(child, context, peerOf(child));
        if (tcp) {
            NettyLink.tuneTcp(child, options);
        }
        loop.eventLoop()
                .register(child)
                .addListener(registered -> {
                    if (registered.isSuccess()) {
                        loop.execute(() -> acceptor.accepted(link));
                    } else {
                        child.close();
                    }
                });
    }

    /** An IPv6 socket takes IPv4 connections as well, whether or not it is to. */
    private boolean isOfExcludedFamily(Channel child) {
        return child.remoteAddress() instanceof InetSocketAddress remote
                && remote.getAddress() instanceof Inet4Address
                && !options.allowsIpv4();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable thrown) {
        String reason = SocketFailure.reason(thrown);
        server.config().setAutoRead(false);
        if (reason.startsWith(LinkFailure.NO_DESCRIPTOR) && acceptor.makeRoom()) {
            loop.execute(() -> server.config().setAutoRead(true));
            return;
        }
        // without a pause accept would fail in a busy loop
        LOG.warn("{}: cannot accept a connection: {}", address, reason);
        loop.schedule(
                TimeUnit.SECONDS.toNanos(RETRY_SECONDS), () -> server.config().setAutoRead(true));
    }

    private void bind(SocketAddress local) throws IOException {
        server.config().setOption(ChannelOption.SO_BACKLOG, BACKLOG);
        server.pipeline().addLast(this);
        loop.eventLoop().register(server);
        var bound = server.bind(local);
        if (bound.cause() instanceof IOException e) {
            server.close();
            throw e;
        }
        if (!bound.isSuccess()) {
            server.close();
            throw new IOException("Cannot be bound", bound.cause());
        }
    }

    private String peerOf(Channel child) {
        return child.remoteAddress() instanceof InetSocketAddress remote
                ? new MigrationAddress.Tcp(remote.getAddress().getHostAddress(), remote.getPort())
                        .toString()
                : String.valueOf(address);
    }
}
