package io.vmferry.machine.link;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A listening socket on the loop that also serves the links it accepts. */
@SuppressWarnings("FutureReturnValueIgnored") // what close and register say changes nothing
final class SocketListening extends ChannelInboundHandlerAdapter implements Transport.Listening {

    private static final Logger LOG = LoggerFactory.getLogger(SocketListening.class);
    private static final int BACKLOG = 128;
    private static final long RETRY_SECONDS = 1;

    private final LinkContext context;
    private final NettyEngineLoop loop;
    private final Consumer<Link> accepted;
    private final ServerChannel server;
    private MigrationAddress address;

    private SocketListening(LinkContext context, ServerChannel server, Consumer<Link> accepted) {
        this.context = context;
        this.loop = context.loop();
        this.server = server;
        this.accepted = accepted;
    }

    /** Binds a TCP address that has been resolved. On the loop. */
    static SocketListening tcp(
            LinkContext context,
            MigrationAddress.Tcp wanted,
            InetSocketAddress local,
            Consumer<Link> accepted)
            throws IOException {
        ServerChannel server = new SocketFamily(context.loop().epoll()).tcpServer();
        server.config().setOption(ChannelOption.SO_REUSEADDR, true);
        var listening = new SocketListening(context, server, accepted);
        listening.bind(local);
        int port = ((InetSocketAddress) server.localAddress()).getPort();
        listening.address = new MigrationAddress.Tcp(wanted.host(), port);
        return listening;
    }

    /** Binds a UNIX socket, for which there is room. On the loop. */
    static SocketListening unix(
            LinkContext context, MigrationAddress.Unix wanted, Consumer<Link> accepted)
            throws IOException {
        var family = new SocketFamily(context.loop().epoll());
        var listening = new SocketListening(context, family.unixServer(), accepted);
        listening.bind(family.unixAddress(wanted.path()));
        listening.address = wanted;
        return listening;
    }

    @Override
    public MigrationAddress address() {
        return address;
    }

    @Override
    public void close() {
        var closed = server.close();
        if (!loop.inLoop()) {
            closed.awaitUninterruptibly();
        }
        if (address instanceof MigrationAddress.Unix(Path path)) {
            UnixSocketFile.delete(path);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        Channel child = (Channel) message;
        boolean tcp = child instanceof SocketChannel;
        NettyLink link = NettyLink.on(child, context, peerOf(child));
        if (tcp) {
            NettyLink.tuneTcp(child);
        }
        loop.eventLoop()
                .register(child)
                .addListener(registered -> {
                    if (registered.isSuccess()) {
                        loop.execute(() -> accepted.accept(link));
                    } else {
                        child.close();
                    }
                });
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable thrown) {
        // Out of file descriptors, most likely: without a pause accept would fail in a busy loop.
        LOG.warn("{}: cannot accept a connection: {}", address, LinkFailure.reason(thrown));
        server.config().setAutoRead(false);
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
