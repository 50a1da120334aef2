package io.vmferry.machine.monitor;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.ServerChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.unix.ServerDomainSocketChannel;
import io.netty.channel.unix.UnixChannel;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.vmferry.machine.descriptor.ClientDescriptors;
import io.vmferry.machine.descriptor.DescriptorSets;
import io.vmferry.machine.descriptor.NamedDescriptors;
import io.vmferry.machine.net.DescriptorChannel;
import io.vmferry.machine.net.HostPort;
import io.vmferry.machine.net.SocketFailure;
import io.vmferry.machine.net.SocketFamily;
import io.vmferry.machine.net.UnixSocketFile;
import io.vmferry.machine.tls.ServerSecurity;
import io.vmferry.protocol.qmp.QmpEvent;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All monitors of a process, on one thread of their own. Each address serves one client at a time;
 * a second one is connected but not greeted until the first one leaves or ends its commands. As in
 * QEMU no client is greeted before everything that the command line asks for is open.
 */
public final class MonitorServer implements EventSink, AutoCloseable {

    /** Small, so that what one read brings before reading can pause is little. */
    private static final int READ_BYTES = 4096;

    private static final long CLOSE_SECONDS = 2;

    /** Why an address that other machines can reach is refused. */
    public static final String REFUSAL =
            ", and a monitor asks for no password; --qmp-remote allows it";

    private static final Logger LOG = LoggerFactory.getLogger(MonitorServer.class);

    private final CommandTable table;
    private final Executor commands;
    private final EventFanout events;
    private final SocketFamily family;
    private final EventLoopGroup loop;
    private final MonitorFaults faults;
    private final ChannelGroup clients = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final List<Channel> listeners = new ArrayList<>();
    private final List<Path> socketFiles = new ArrayList<>();
    private final List<NamedDescriptors> names = new ArrayList<>();
    private final Optional<DescriptorSets> sets;

    /**
     * An address that is being opened.
     *
     * @param remote whether other machines may reach it
     * @param security of the TLS session with which its clients begin
     */
    private record WantedMonitor(
            MonitorAddress address, boolean remote, Optional<ServerSecurity> security) {

        WantedMonitor of(MonitorAddress part) {
            return new WantedMonitor(part, remote, security);
        }
    }

    /**
     * A server that listens nowhere yet.
     *
     * @param commands runs the commands, one after the other for each client
     * @param clock stamps the events
     */
    public MonitorServer(CommandTable table, Executor commands, Clock clock) {
        this(table, commands, clock, SocketFamily.best());
    }

    /**
     * The same.
     *
     * @param sets which learn when clients come and leave
     */
    public MonitorServer(CommandTable table, Executor commands, Clock clock, DescriptorSets sets) {
        this(table, commands, clock, Optional.of(sets), SocketFamily.best());
    }

    MonitorServer(CommandTable table, Executor commands, Clock clock, SocketFamily family) {
        this(table, commands, clock, Optional.empty(), family);
    }

    private MonitorServer(
            CommandTable table,
            Executor commands,
            Clock clock,
            Optional<DescriptorSets> sets,
            SocketFamily family) {
        this.sets = sets;
        this.table = table;
        this.commands = commands;
        this.events = new EventFanout(clock);
        this.family = family;
        this.loop = family.newLoop("monitor");
        this.faults = new MonitorFaults(loop);
    }

    /**
     * Opens one more monitor, whose clients wait for {@link #serve}.
     *
     * @param allowRemote whether an address that other machines can reach is meant
     * @return the address with the port that was taken
     * @throws IOException in one line for the user
     */
    public MonitorAddress listen(MonitorAddress address, boolean allowRemote) throws IOException {
        return listen(address, allowRemote, Optional.empty());
    }

    /**
     * The same.
     *
     * @param security of an address whose clients begin with a TLS session
     */
    public MonitorAddress listen(
            MonitorAddress address, boolean allowRemote, Optional<ServerSecurity> security)
            throws IOException {
        return listen(new WantedMonitor(address, allowRemote, security), "Monitor");
    }

    /**
     * Opens the socket for health checks, which are QMP too, if there is to be one.
     *
     * @throws IOException in one line for the user
     */
    public void listenForHealth(Optional<Path> socket) throws IOException {
        if (socket.isPresent()) {
            MonitorAddress address = new MonitorAddress.UnixMonitor(socket.get().toString());
            listen(new WantedMonitor(address, false, Optional.empty()), "Health checks");
        }
    }

    private MonitorAddress listen(WantedMonitor wanted, String what) throws IOException {
        try {
            MonitorAddress opened = open(wanted);
            LOG.info("{} at {}", what, opened);
            return opened;
        } catch (IOException e) {
            throw new IOException(
                    "Cannot open monitor %s: %s"
                            .formatted(wanted.address(), SocketFailure.reason(e)),
                    e);
        }
    }

    private MonitorAddress open(WantedMonitor wanted) throws IOException {
        return switch (wanted.address()) {
            case MonitorAddress.UnixMonitor(String path) -> {
                Path file = Path.of(path);
                UnixSocketFile.requireRoom(file);
                bind(wanted, family.unixAddress(file));
                socketFiles.add(file);
                yield wanted.address();
            }
            case MonitorAddress.TcpMonitor tcp -> {
                SocketAddress bound =
                        bind(
                                wanted,
                                new HostPort(tcp.host(), tcp.port())
                                        .resolve(wanted.remote(), REFUSAL));
                yield new MonitorAddress.TcpMonitor(
                        tcp.host(), ((InetSocketAddress) bound).getPort());
            }
            case MonitorAddress.SecureMonitor secure -> {
                MonitorAddress port = open(wanted.of(secure.port()));
                yield new MonitorAddress.SecureMonitor(
                        (MonitorAddress.TcpMonitor) port,
                        secure.credentials(),
                        secure.authorization());
            }
            case MonitorAddress.InheritedMonitor(int number) -> {
                adopt(wanted, family.inheritedServer(number, NetUtil.SOMAXCONN));
                yield wanted.address();
            }
        };
    }

    private void adopt(WantedMonitor wanted, ServerChannel socket) throws IOException {
        boolean unix = socket instanceof ServerDomainSocketChannel;
        if (socket.localAddress() instanceof InetSocketAddress local
                && !wanted.remote()
                && !local.getAddress().isLoopbackAddress()) {
            socket.unsafe().closeForcibly();
            throw new IOException("other machines can reach that address" + REFUSAL);
        }
        opened(bootstrap(wanted, unix).channelFactory(() -> socket).register());
    }

    private SocketAddress bind(WantedMonitor wanted, SocketAddress socket) throws IOException {
        boolean unix = wanted.address() instanceof MonitorAddress.UnixMonitor;
        return opened(
                        bootstrap(wanted, unix)
                                .channel(unix ? family.unixServerType() : family.tcpServerType())
                                .bind(socket))
                .localAddress();
    }

    private ServerBootstrap bootstrap(WantedMonitor wanted, boolean unix) {
        NamedDescriptors descriptors = new NamedDescriptors();
        names.add(descriptors);
        ServerBootstrap bootstrap =
                new ServerBootstrap()
                        .group(loop)
                        .option(ChannelOption.AUTO_READ, false)
                        .option(
                                ChannelOption.RECVBUF_ALLOCATOR,
                                new FixedRecvByteBufAllocator(READ_BYTES).maxMessagesPerRead(1))
                        .childOption(
                                ChannelOption.RECVBUF_ALLOCATOR,
                                new FixedRecvByteBufAllocator(READ_BYTES).maxMessagesPerRead(1))
                        .childHandler(
                                new ClientInitializer(wanted, listeners.isEmpty(), descriptors));
        if (!unix) {
            // a client that has ended its output can still get a reply; NIO cannot tell for UNIX
            bootstrap.childOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        } else if (family == SocketFamily.EPOLL) {
            bootstrap.handler(new DescriptorsToo());
        }
        return bootstrap;
    }

    private Channel opened(ChannelFuture opening) throws IOException {
        opening.awaitUninterruptibly();
        if (!opening.isSuccess()) {
            throw opening.cause() instanceof IOException e ? e : new IOException(opening.cause());
        }
        listeners.add(opening.channel());
        return opening.channel();
    }

    /** Has an accepted connection read with the descriptors that its client sends along. */
    private static final class DescriptorsToo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object accepted) {
            // not registered anywhere yet, so that it can be left to the garbage collector
            int descriptor = ((UnixChannel) accepted).fd().intValue();
            context.fireChannelRead(
                    new DescriptorChannel(context.channel(), descriptor, READ_BYTES));
        }
    }

    /** Greets the clients, at all addresses that are open. */
    public void serve() {
        listeners.forEach(Channel::read);
    }

    /** What may go wrong at the monitor that was opened first. */
    public MonitorFaults faults() {
        return faults;
    }

    @Override
    public void emit(QmpEvent event) {
        events.emit(event);
    }

    /** Counts clients in the order of their commands: the next one sees what the last one left. */
    private void count(Runnable change) {
        try {
            commands.execute(change);
        } catch (RejectedExecutionException e) {
            LOG.debug("A client came or left after the last command");
        }
    }

    /**
     * Sends what was written, closes every client and its descriptors, and removes the socket
     * files.
     */
    @Override
    public void close() {
        listeners.forEach(channel -> channel.close().awaitUninterruptibly());
        for (Channel client : clients) {
            client.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
        clients.newCloseFuture().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
        loop.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS)
                .awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
        names.forEach(NamedDescriptors::close);
        for (Path file : socketFiles) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                LOG.warn("Cannot remove {}: {}", file, SocketFailure.reason(e));
            }
        }
    }

    /**
     * Admits the next client, once: when the commands of the one before have ended, since a
     * blocking command could keep its connection open for ever. On the monitors' loop.
     */
    private static final class NextClient implements Runnable {
        private final Channel listener;
        private boolean done;

        private NextClient(Channel listener) {
            this.listener = listener;
        }

        @Override
        public void run() {
            if (!done) {
                done = true;
                listener.read();
            }
        }
    }

    /** Gives an accepted client its session and lets the next one in when it is gone. */
    private final class ClientInitializer extends ChannelInitializer<Channel> {
        private final MonitorAddress address;
        private final boolean first;
        private final NamedDescriptors descriptors;
        private final Optional<ServerSecurity> security;

        private ClientInitializer(
                WantedMonitor wanted, boolean first, NamedDescriptors descriptors) {
            this.address = wanted.address();
            this.security = wanted.security();
            this.first = first;
            this.descriptors = descriptors;
        }

        @Override
        protected void initChannel(Channel channel) {
            clients.add(channel);
            sets.ifPresent(known -> {
                count(known::clientCame);
                channel.closeFuture().addListener(future -> count(known::clientLeft));
            });
            Runnable next = new NextClient(channel.parent());
            channel.closeFuture().addListener(future -> next.run());
            Runnable serve = () -> serve(channel, next);
            security.ifPresentOrElse(
                    tls ->
                            tls.admit(
                                    channel,
                                    serve,
                                    why ->
                                            LOG.warn(
                                                    "Client of monitor {} is rejected: {}",
                                                    address,
                                                    why.getMessage())),
                    serve);
        }

        private void serve(Channel channel, Runnable next) {
            channel.pipeline()
                    .addLast(
                            new MonitorConnection(
                                    address.toString(),
                                    next,
                                    output ->
                                            new MonitorSession(
                                                    table,
                                                    commands,
                                                    channel.eventLoop(),
                                                    events,
                                                    first ? faults.around(output, channel) : output,
                                                    new ClientDescriptors(descriptors))));
        }
    }
}
