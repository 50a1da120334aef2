package io.vmferry.machine.link;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Files;
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

    private final NettyEngineLoop loop;
    private final ReusedReceiveBuffer buffer;
    private final Consumer<Link> accepted;
    private final ServerChannel server;
    private MigrationAddress address;

    private SocketListening(
            NettyEngineLoop loop,
            ReusedReceiveBuffer buffer,
            ServerChannel server,
            Consumer<Link> accepted) {
        this.loop = loop;
        this.buffer = buffer;
        this.server = server;
        this.accepted = accepted;
    }

    /** Binds a TCP address; host empty means all addresses. On the loop. */
    static SocketListening tcp(
            NettyEngineLoop loop,
            ReusedReceiveBuffer buffer,
            MigrationAddress.Tcp wanted,
            Consumer<Link> accepted)
            throws IOException {
        ServerChannel server = new SocketFamily(loop.epoll()).tcpServer();
        server.config().setOption(ChannelOption.SO_REUSEADDR, true);
        var listening = new SocketListening(loop, buffer, server, accepted);
        listening.bind(local(wanted));
        int port = ((InetSocketAddress) server.localAddress()).getPort();
        listening.address = new MigrationAddress.Tcp(wanted.host(), port);
        return listening;
    }

    /** Binds a UNIX socket; a file that a dead listener left behind is replaced. On the loop. */
    static SocketListening unix(
            NettyEngineLoop loop,
            ReusedReceiveBuffer buffer,
            MigrationAddress.Unix wanted,
            Consumer<Link> accepted)
            throws IOException {
        if (Files.exists(wanted.path())) {
            if (!UnixSocketFile.abandoned(wanted.path())) {
                throw new BindException(LinkFailure.IN_USE);
            }
            Files.deleteIfExists(wanted.path());
        }
        var family = new SocketFamily(loop.epoll());
        var listening = new SocketListening(loop, buffer, family.unixServer(), accepted);
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
    public void channelRead(ChannelHandlerContext context, Object message) {
        Channel child = (Channel) message;
        boolean tcp = child instanceof SocketChannel;
        NettyLink link = NettyLink.on(child, loop, buffer, peerOf(child));
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
    public void exceptionCaught(ChannelHandlerContext context, Throwable thrown) {
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

    private static InetSocketAddress local(MigrationAddress.Tcp wanted) throws IOException {
        if (wanted.host().isEmpty()) {
            return new InetSocketAddress(wanted.port());
        }
        var literal = HostAddresses.literal(wanted.host());
        var found = literal.isPresent() ? literal.get() : HostAddresses.resolve(wanted.host());
        return new InetSocketAddress(found.getFirst(), wanted.port());
    }

    private String peerOf(Channel child) {
        return child.remoteAddress() instanceof InetSocketAddress remote
                ? new MigrationAddress.Tcp(remote.getAddress().getHostAddress(), remote.getPort())
                        .toString()
                : String.valueOf(address);
    }
}
